# Jobchime as a stack that Terraform deploys, from what `npm run package -- --plain` made in its folder.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

variable "made" {
  description = "The folder with template.json and the zips"
  default     = "../jobchime/.build/plain"
}

resource "aws_s3_bucket" "code" {
  bucket_prefix = "jobchime-code-"
}

# A zip is named by its content: an update brings new names, and functions that did not change stay as they are.
resource "aws_s3_object" "zips" {
  for_each = fileset(var.made, "*.zip")
  bucket   = aws_s3_bucket.code.id
  key      = "jobchime/${each.value}"
  source   = "${var.made}/${each.value}"
}

# It is too long to be handed over as text.
resource "aws_s3_object" "template" {
  bucket = aws_s3_bucket.code.id
  key    = "jobchime/template-${filemd5("${var.made}/template.json")}.json"
  source = "${var.made}/template.json"
}

resource "aws_cloudformation_stack" "jobchime" {
  name         = "jobchime-prod"
  template_url = "https://${aws_s3_bucket.code.bucket_regional_domain_name}/${aws_s3_object.template.key}"
  capabilities = ["CAPABILITY_IAM"]
  parameters = {
    Stage          = "prod"
    CodeBucket     = aws_s3_bucket.code.id
    CodePrefix     = "jobchime/"
    MailFrom       = "jobchime@example.com"
    ApiConcurrency = 0
    LogDays        = 90
    ArchiveDays    = 30
    Backups        = "true"
    Protected      = "true"
  }
  depends_on = [aws_s3_object.zips]
}

output "jobchime" {
  value = aws_cloudformation_stack.jobchime.outputs
}
