export { DcsClient } from "./client.js";
export type { DcsClientOptions } from "./client.js";
export type { Effects } from "./effects.js";
export type { ExchangeLimits } from "./exchange.js";
export { connect } from "./connection.js";
export type { ConnectDeps } from "./connection.js";
export type { ConnectionSettings } from "./settings.js";
export type { Credentials } from "./credentials/types.js";
export type { SourceReport } from "./credentials/source.js";
export type { CallOptions, Instance, InstanceQuery, Node, SwapReceipt, Tag, Task } from "./types.js";
export {
  ApiError,
  AuthError,
  BadAnswerError,
  BusyError,
  ConfigError,
  CredentialsError,
  DcsError,
  ForbiddenError,
  NotFoundError,
  NotSupportedError,
  ServerError,
  SwapFailedError,
  ThrottledError,
  TransportError,
} from "./errors.js";
export type { DcsErrorCode, DcsErrorDetails, Disposition, Stage, TransportReason } from "./errors.js";
export { classify } from "./classify.js";
export type { Classification, Failure } from "./classify.js";
export { fitness } from "./fitness.js";
export type { Fitness, UnfitCode } from "./fitness.js";
export { READ_RETRY } from "./retry.js";
export type { RetryPolicy } from "./retry.js";
export { signRequest, signingStages } from "./signer/index.js";
export type { SignableRequest, SigningKey, SigningStages } from "./signer/index.js";
export { diagnose } from "./diagnose.js";
export type { Check, Diagnosis } from "./diagnose.js";
