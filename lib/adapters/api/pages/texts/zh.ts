import type { PageTexts } from '../page-text.ts';

export const zh: PageTexts = {
  askConfirm: {
    tone: 'info',
    title: '您想接收云任务的邮件吗？',
    says: [
      '有人希望此邮箱接收 Jobchime 的邮件。未经您同意，不会发送任何邮件。',
      '如果不需要，请关闭此页面。',
    ],
    button: '给我发送这些邮件',
  },
  confirmed: {
    tone: 'good',
    title: '已确认',
    says: ['此邮箱从现在起接收邮件。每封邮件中都有退订链接。', '您可以关闭此页面。'],
  },
  confirmedBefore: {
    tone: 'good',
    title: '此前已确认',
    says: ['此链接已使用过，无需再做任何操作。您可以关闭此页面。'],
  },
  askUnsubscribe: {
    tone: 'info',
    title: '不再接收邮件？',
    says: ['Jobchime 将不再向此邮箱发送任何订阅的邮件。云任务本身不受影响。'],
    button: '退订',
  },
  unsubscribed: {
    tone: 'good',
    title: '已退订',
    says: ['此邮箱不再接收 Jobchime 的邮件。', '如需重新接收，请联系为您运维 Jobchime 的人员。'],
  },
  unsubscribedBefore: {
    tone: 'good',
    title: '此前已退订',
    says: [
      '此邮箱不接收 Jobchime 的邮件，无需再做任何操作。',
      '如需重新接收，请联系为您运维 Jobchime 的人员。',
    ],
  },
  badLink: {
    tone: 'warn',
    title: '此链接不完整或已失效',
    says: [
      '未做任何更改。有些邮件程序会截断长链接：请从邮件中完整复制链接。',
      '如果仍然无效，请联系为您运维 Jobchime 的人员。',
    ],
  },
  expiredLink: {
    tone: 'warn',
    title: '此链接已过期',
    says: [
      '确认邮箱的链接三天内有效。未做任何更改，也不会发送邮件。',
      '如果需要邮件，请让对方重新创建订阅。',
    ],
  },
  tryAgain: {
    tone: 'warn',
    title: '操作暂时没有成功',
    says: ['未做更改，或只完成了一部分。请等一分钟后重新加载此页面。'],
  },
  broken: {
    tone: 'bad',
    title: '服务出现故障',
    says: ['这不是您的问题。请等一分钟后重新加载此页面。', '如果仍然无效，请告知为您运维 Jobchime 的人员。'],
  },
  nothingHere: {
    tone: 'warn',
    title: '此处没有内容',
    says: ['有些邮件程序会截断长链接：请从邮件中完整复制链接。'],
  },
};
