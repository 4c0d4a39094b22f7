import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.huaweicloud.sdk.core.SdkResponse;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.core.region.Region;
import com.huaweicloud.sdk.dcs.v2.DcsClient;
import com.huaweicloud.sdk.dcs.v2.model.*;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Calls every operation of the sandbox with the vendor's Java SDK, once with each of the given keys. Reads what to call
 * as JSON from standard input and writes one JSON object per call to standard output.
 */
public final class Calls {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode setup;
  private final String keyName;
  private final DcsClient dcs;
  private final String instanceId;
  private String taskId = "0".repeat(32);
  private String jobId = "0".repeat(32);

  private Calls(JsonNode setup, String keyName) {
    this.setup = setup;
    this.keyName = keyName;
    this.instanceId = setup.get("instanceId").asText();
    this.dcs = client(credentials().withProjectId(setup.get("projectId").asText()));
  }

  public static void main(String[] arguments) throws Exception {
    JsonNode setup = JSON.readTree(System.in);
    for (String keyName : List.of("right", "temporary", "wrong")) {
      new Calls(setup, keyName).callAll();
    }
    // The SDK's HTTP client leaves threads behind.
    System.exit(0);
  }

  private BasicCredentials credentials() {
    JsonNode key = setup.get("keys").get(keyName);
    BasicCredentials credentials =
        new BasicCredentials().withAk(key.get("accessKey").asText()).withSk(key.get("secretKey").asText());
    if (key.has("securityToken")) {
      credentials.withSecurityToken(key.get("securityToken").asText());
    }
    return credentials;
  }

  private DcsClient client(BasicCredentials credentials) {
    return DcsClient.newBuilder().withCredential(credentials).withEndpoint(setup.get("url").asText()).build();
  }

  private void callAll() throws Exception {
    Map<String, Supplier<Outcome>> operations = new LinkedHashMap<>();
    operations.put("listProjects", this::listProjects);
    operations.put("showInstance", call(dcs::showInstance,
        () -> new ShowInstanceRequest().withInstanceId(instanceId), r -> r.getName()));
    operations.put("listInstances", call(dcs::listInstances,
        () -> new ListInstancesRequest().withLimit(5).withName(setup.get("instanceName").asText()),
        r -> r.getInstances().get(0).getInstanceId()));
    operations.put("listGroups", call(dcs::listGroupReplicationInfo,
        () -> new ListGroupReplicationInfoRequest().withInstanceId(instanceId),
        r -> r.getGroupList().get(0).getReplicationList().stream()
            .map(node -> String.valueOf(node.getReplicationRole())).collect(Collectors.joining(","))));
    operations.put("listNodes", call(dcs::showNodesInformation,
        () -> new ShowNodesInformationRequest().withInstanceId(instanceId),
        r -> r.getNodes().stream()
            .map(node -> String.valueOf(node.getPriorityWeight())).collect(Collectors.joining(","))));
    operations.put("changeTags", call(dcs::batchCreateOrDeleteTags,
        () -> new BatchCreateOrDeleteTagsRequest().withInstanceId(instanceId).withBody(
            new CreateOrDeleteInstanceTags()
                .withAction("create")
                .withTags(new ArrayList<>(List.of(new ResourceTag().withKey("made-by").withValue("java"))))),
        r -> null));
    operations.put("listTags", call(dcs::showTags,
        () -> new ShowTagsRequest().withInstanceId(instanceId),
        r -> r.getTags().get(0).getKey() + "=" + r.getTags().get(0).getValue()));
    operations.put("swap", call(dcs::changeMasterStandby,
        () -> new ChangeMasterStandbyRequest().withInstanceId(instanceId), r -> null));
    operations.put("listTasks", call(dcs::listBackgroundTask,
        () -> new ListBackgroundTaskRequest().withInstanceId(instanceId).withOffset(0).withLimit(5),
        r -> {
          taskId = r.getTasks().get(0).getId();
          return String.valueOf(r.getTasks().get(0).getName());
        }));
    operations.put("deleteTask", call(dcs::deleteBackgroundTask,
        () -> new DeleteBackgroundTaskRequest().withInstanceId(instanceId).withTaskId(taskId), r -> null));
    operations.put("asyncSwap", call(dcs::changeMasterStandbyAsync,
        () -> new ChangeMasterStandbyAsyncRequest().withInstanceId(instanceId),
        r -> {
          jobId = r.getJobId();
          return null;
        }));
    operations.put("showJob", call(dcs::showJobInfo,
        () -> new ShowJobInfoRequest().withJobId(jobId), r -> String.valueOf(r.getStatus())));

    for (Map.Entry<String, Supplier<Outcome>> operation : operations.entrySet()) {
      ObjectNode line = JSON.createObjectNode().put("operation", operation.getKey()).put("key", keyName);
      try {
        Outcome outcome = operation.getValue().get();
        line.put("status", outcome.status).put("seen", outcome.seen);
      } catch (RuntimeException error) {
        ServiceResponseException refused = refusalIn(error);
        line.put("status", refused.getHttpStatusCode()).put("errorCode", refused.getErrorCode());
      }
      System.out.println(JSON.writeValueAsString(line));
    }
  }

  /** The look-up of the project id, which the SDK's core makes by itself when it is not given one. */
  private Outcome listProjects() {
    String url = setup.get("url").asText();
    BasicCredentials credentials = credentials().withIamEndpoint(url);
    DcsClient.newBuilder().withCredential(credentials)
        .withRegion(new Region(setup.get("region").asText(), url)).build();
    return new Outcome(200, credentials.getProjectId());
  }

  /** The service's refusal, which the look-up of the project id wraps. */
  private static ServiceResponseException refusalIn(RuntimeException error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServiceResponseException) {
        return (ServiceResponseException) cause;
      }
    }
    throw error;
  }

  private static <Q, R extends SdkResponse> Supplier<Outcome> call(
      Function<Q, R> operation, Supplier<Q> request, Function<R, String> read) {
    return () -> {
      R response = operation.apply(request.get());
      return new Outcome(response.getHttpStatusCode(), read.apply(response));
    };
  }

  /** What an operation gave: the status, and something that the SDK read out of the answer. */
  private static final class Outcome {
    final int status;
    final String seen;

    Outcome(int status, String seen) {
      this.status = status;
      this.seen = seen;
    }
  }
}
