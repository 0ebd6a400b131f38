"""Tells Jobchime of the jobs that tasks return. Needs JOBCHIME_URL, and a token with the scope track in JOBCHIME_TOKEN.

Put it into callback_plugins/ beside the playbook, and name the origin, since a task's result has no URL:
    JOBCHIME_ORIGIN=otc-cce ANSIBLE_CALLBACKS_ENABLED=jobchime ansible-playbook site.yml
JOBCHIME_GROUP, if it is set, makes the playbook one group, which is closed at its end.
"""
import json
import os
import urllib.request

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
    name: jobchime
    type: notification
    short_description: Tells Jobchime of the jobs that tasks return
    description: Tracks the job ids in the results of tasks, and closes the group at the end of the playbook.
"""

IDS = ("job_id", "jobId", "jobID", "jobid")
WITHIN = ("jobs", "status", "restore_result")


def job_ids(value, depth=0):
    """The ids where clouds put them; never those of sub-jobs."""
    if isinstance(value, list) and depth < 4:
        return [one for item in value for one in job_ids(item, depth + 1)]
    if not isinstance(value, dict) or depth > 3:
        return []
    found = [str(value[key]) for key in IDS if isinstance(value.get(key), (str, int)) and value.get(key)]
    # Modules put the resource that they made under a name of their own.
    inner = value.values() if depth == 0 else [value.get(key) for key in WITHIN]
    return found + [one for item in inner if isinstance(item, (dict, list)) for one in job_ids(item, depth + 1)]


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "jobchime"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result):
        self._tell(result._result, result._task.get_name())

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._tell(result._result, result._task.get_name())

    def v2_playbook_on_stats(self, stats):
        group = os.environ.get("JOBCHIME_GROUP")
        if group:
            self._post("/v1/groups/" + urllib.request.quote(group, safe="") + "/close", {})

    def _tell(self, result, name):
        ids = job_ids({k: v for k, v in result.items() if k not in ("invocation", "ansible_facts", "results")})
        for item in result.get("results") or []:
            ids += job_ids(item) if isinstance(item, dict) else []
        group = os.environ.get("JOBCHIME_GROUP")
        jobs = [
            {"origin": os.environ.get("JOBCHIME_ORIGIN", ""), "jobId": one, "name": name, **({"group": group} if group else {})}
            for one in dict.fromkeys(ids)
        ]
        if jobs:
            self._post("/v1/jobs", {"jobs": jobs})

    def _post(self, path, body):
        """Waits for at most 2 s; a playbook goes on whatever happens here, but says so."""
        headers = {"Authorization": "Bearer " + os.environ.get("JOBCHIME_TOKEN", ""), "Content-Type": "application/json"}
        try:
            url = os.environ["JOBCHIME_URL"] + path
            request = urllib.request.Request(url, json.dumps(body).encode(), headers)
            urllib.request.urlopen(request, timeout=2).close()
        except Exception as error:
            self._display.warning("Jobchime was not told: %s" % error)
