// Command interop calls every operation of the sandbox with the vendor's Go SDK, once with each of the given keys.
// It reads what to call as JSON from standard input and writes one JSON object per call to standard output.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	dcs "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/dcs/v2/model"
	iam "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3"
	iamModel "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/iam/v3/model"
)

type key struct {
	AccessKey     string `json:"accessKey"`
	SecretKey     string `json:"secretKey"`
	SecurityToken string `json:"securityToken"`
}

type setup struct {
	URL          string         `json:"url"`
	Region       string         `json:"region"`
	ProjectID    string         `json:"projectId"`
	InstanceID   string         `json:"instanceId"`
	InstanceName string         `json:"instanceName"`
	Keys         map[string]key `json:"keys"`
}

type call struct {
	Operation string `json:"operation"`
	Key       string `json:"key"`
	Status    int    `json:"status"`
	ErrorCode string `json:"errorCode,omitempty"`
	Seen      string `json:"seen,omitempty"`
}

// outcome is what an operation gave: the status, and something that the SDK read out of the answer.
type outcome struct {
	status int
	seen   string
}

type operation struct {
	name string
	act  func() (outcome, error)
}

func main() {
	var what setup
	if err := json.NewDecoder(os.Stdin).Decode(&what); err != nil {
		log.Fatal(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, name := range []string{"right", "temporary", "wrong"} {
		for _, one := range operations(what, what.Keys[name]) {
			done := call{Operation: one.name, Key: name}
			result, err := one.act()
			var refused *sdkerr.ServiceResponseError
			switch {
			// The SDK also calls it a service's refusal when it can't decode a good answer.
			case errors.As(err, &refused) && refused.StatusCode >= 400:
				done.Status, done.ErrorCode = refused.StatusCode, refused.ErrorCode
			case err != nil:
				log.Fatalf("%s with the %s key: %v", one.name, name, err)
			default:
				done.Status, done.Seen = result.status, result.seen
			}
			if err := out.Encode(done); err != nil {
				log.Fatal(err)
			}
		}
	}
}

func client(what setup, with key) *core.HcHttpClient {
	credentials, err := basic.NewCredentialsBuilder().
		WithAk(with.AccessKey).WithSk(with.SecretKey).
		WithSecurityToken(with.SecurityToken).WithProjectId(what.ProjectID).SafeBuild()
	if err != nil {
		log.Fatal(err)
	}
	built, err := core.NewHcHttpClientBuilder().WithCredential(credentials).WithEndpoint(what.URL).SafeBuild()
	if err != nil {
		log.Fatal(err)
	}
	return built
}

func operations(what setup, with key) []operation {
	d := dcs.NewDcsClient(client(what, with))
	i := iam.NewIamClient(client(what, with))
	id := what.InstanceID
	task, job := strings.Repeat("0", 32), strings.Repeat("0", 32)
	offset, limit := int32(0), int32(5)
	madeBy := "go"

	return []operation{
		{"listProjects", func() (outcome, error) {
			r, err := i.KeystoneListProjects(&iamModel.KeystoneListProjectsRequest{Name: &what.Region})
			if err != nil {
				return outcome{}, err
			}
			return outcome{r.HttpStatusCode, (*r.Projects)[0].Id}, nil
		}},
		{"showInstance", func() (outcome, error) {
			r, err := d.ShowInstance(&model.ShowInstanceRequest{InstanceId: id})
			if err != nil {
				return outcome{}, err
			}
			return outcome{r.HttpStatusCode, *r.Name}, nil
		}},
		{"listInstances", func() (outcome, error) {
			r, err := d.ListInstances(&model.ListInstancesRequest{Limit: &limit, Name: &what.InstanceName})
			if err != nil {
				return outcome{}, err
			}
			return outcome{r.HttpStatusCode, *(*r.Instances)[0].InstanceId}, nil
		}},
		{"listGroups", func() (outcome, error) {
			r, err := d.ListGroupReplicationInfo(&model.ListGroupReplicationInfoRequest{InstanceId: id})
			if err != nil {
				return outcome{}, err
			}
			var roles []string
			for _, node := range *(*r.GroupList)[0].ReplicationList {
				roles = append(roles, *node.ReplicationRole)
			}
			return outcome{r.HttpStatusCode, strings.Join(roles, ",")}, nil
		}},
		{"listNodes", func() (outcome, error) {
			r, err := d.ShowNodesInformation(&model.ShowNodesInformationRequest{InstanceId: id})
			if err != nil {
				return outcome{}, err
			}
			var weights []string
			for _, node := range *r.Nodes {
				weights = append(weights, fmt.Sprint(*node.PriorityWeight))
			}
			return outcome{r.HttpStatusCode, strings.Join(weights, ",")}, nil
		}},
		{"changeTags", func() (outcome, error) {
			tags := []model.ResourceTag{{Key: "made-by", Value: &madeBy}}
			body := &model.CreateOrDeleteInstanceTags{Action: "create", Tags: tags}
			r, err := d.BatchCreateOrDeleteTags(&model.BatchCreateOrDeleteTagsRequest{InstanceId: id, Body: body})
			if err != nil {
				return outcome{}, err
			}
			return outcome{status: r.HttpStatusCode}, nil
		}},
		{"listTags", func() (outcome, error) {
			r, err := d.ShowTags(&model.ShowTagsRequest{InstanceId: id})
			if err != nil {
				return outcome{}, err
			}
			tag := (*r.Tags)[0]
			return outcome{r.HttpStatusCode, tag.Key + "=" + *tag.Value}, nil
		}},
		{"swap", func() (outcome, error) {
			r, err := d.ChangeMasterStandby(&model.ChangeMasterStandbyRequest{InstanceId: id})
			if err != nil {
				return outcome{}, err
			}
			return outcome{status: r.HttpStatusCode}, nil
		}},
		{"listTasks", func() (outcome, error) {
			r, err := d.ListBackgroundTask(&model.ListBackgroundTaskRequest{InstanceId: id, Offset: &offset, Limit: &limit})
			if err != nil {
				return outcome{}, err
			}
			newest := (*r.Tasks)[0]
			task = *newest.Id
			return outcome{r.HttpStatusCode, *newest.Name}, nil
		}},
		{"deleteTask", func() (outcome, error) {
			r, err := d.DeleteBackgroundTask(&model.DeleteBackgroundTaskRequest{InstanceId: id, TaskId: task})
			if err != nil {
				return outcome{}, err
			}
			return outcome{status: r.HttpStatusCode}, nil
		}},
		{"asyncSwap", func() (outcome, error) {
			r, err := d.ChangeMasterStandbyAsync(&model.ChangeMasterStandbyAsyncRequest{InstanceId: id})
			if err != nil {
				return outcome{}, err
			}
			job = *r.JobId
			return outcome{status: r.HttpStatusCode}, nil
		}},
		{"showJob", func() (outcome, error) {
			r, err := d.ShowJobInfo(&model.ShowJobInfoRequest{JobId: job})
			if err != nil {
				return outcome{}, err
			}
			return outcome{r.HttpStatusCode, r.Status.Value()}, nil
		}},
	}
}
