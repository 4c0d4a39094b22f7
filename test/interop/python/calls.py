"""Calls every operation of the sandbox with the vendor's Python SDK, once with each of the given keys.

Reads what to call as JSON from standard input, writes one JSON object per call to standard output:
operation, key (the name it was given), status, errorCode, and what the SDK read out of the answer.
"""

import json
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkdcs.v2 import (
    BatchCreateOrDeleteTagsRequest,
    ChangeMasterStandbyAsyncRequest,
    ChangeMasterStandbyRequest,
    CreateOrDeleteInstanceTags,
    DcsClient,
    DeleteBackgroundTaskRequest,
    ListBackgroundTaskRequest,
    ListGroupReplicationInfoRequest,
    ListInstancesRequest,
    ResourceTag,
    ShowInstanceRequest,
    ShowJobInfoRequest,
    ShowNodesInformationRequest,
    ShowTagsRequest,
)
from huaweicloudsdkiam.v3 import IamClient, KeystoneListProjectsRequest


def calls_with(setup, name, key):
    credentials = BasicCredentials(key["accessKey"], key["secretKey"], setup["projectId"])
    if "securityToken" in key:
        credentials = credentials.with_security_token(key["securityToken"])

    def client(kind):
        return kind.new_builder().with_credentials(credentials).with_endpoint(setup["url"]).build()

    dcs = client(DcsClient)
    iam = client(IamClient)
    instance_id = setup["instanceId"]
    tags = CreateOrDeleteInstanceTags(action="create", tags=[ResourceTag(key="made-by", value="python")])
    found = {"task": "0" * 32, "job": "0" * 32}

    def remember(what, value):
        found[what] = value
        return value

    operations = {
        "listProjects": lambda: (
            response := iam.keystone_list_projects(KeystoneListProjectsRequest(name=setup["region"])),
            response.projects[0].id,
        ),
        "showInstance": lambda: (
            response := dcs.show_instance(ShowInstanceRequest(instance_id=instance_id)),
            response.name,
        ),
        "listInstances": lambda: (
            response := dcs.list_instances(ListInstancesRequest(limit=5, name=setup["instanceName"])),
            response.instances[0].instance_id,
        ),
        "listGroups": lambda: (
            response := dcs.list_group_replication_info(ListGroupReplicationInfoRequest(instance_id=instance_id)),
            ",".join(node.replication_role for node in response.group_list[0].replication_list),
        ),
        "listNodes": lambda: (
            response := dcs.show_nodes_information(ShowNodesInformationRequest(instance_id=instance_id)),
            ",".join(str(node.priority_weight) for node in response.nodes),
        ),
        "changeTags": lambda: (
            dcs.batch_create_or_delete_tags(BatchCreateOrDeleteTagsRequest(instance_id=instance_id, body=tags)),
            None,
        ),
        "listTags": lambda: (
            response := dcs.show_tags(ShowTagsRequest(instance_id=instance_id)),
            f"{response.tags[0].key}={response.tags[0].value}",
        ),
        "swap": lambda: (dcs.change_master_standby(ChangeMasterStandbyRequest(instance_id=instance_id)), None),
        "listTasks": lambda: (
            response := dcs.list_background_task(ListBackgroundTaskRequest(instance_id=instance_id, offset=0, limit=5)),
            remember("task", response.tasks[0].id) and response.tasks[0].name,
        ),
        "deleteTask": lambda: (
            dcs.delete_background_task(DeleteBackgroundTaskRequest(instance_id=instance_id, task_id=found["task"])),
            None,
        ),
        "asyncSwap": lambda: (
            response := dcs.change_master_standby_async(ChangeMasterStandbyAsyncRequest(instance_id=instance_id)),
            remember("job", response.job_id) and None,
        ),
        "showJob": lambda: (response := dcs.show_job_info(ShowJobInfoRequest(job_id=found["job"])), response.status),
    }
    for operation, act in operations.items():
        call = {"operation": operation, "key": name}
        try:
            response, seen = act()[-2:]
            yield {**call, "status": response.status_code, "seen": seen}
        except ServiceResponseException as error:
            yield {**call, "status": error.status_code, "errorCode": error.error_code}


def main():
    setup = json.load(sys.stdin)
    for name, key in setup["keys"].items():
        for call in calls_with(setup, name, key):
            print(json.dumps(call))


main()
