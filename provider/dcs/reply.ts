import { decode, noBody } from "./decode.js";
import { describeBody, parseJson, readEnvelope } from "./envelope.js";
import { BadAnswerError } from "./errors.js";
import type { Answer } from "./exchange.js";
import type { Operation } from "./operations.js";

/** What a call that went well gives. */
export interface Reply<T> {
  value: T;
  status: number;
  requestId: string | undefined;
}

/**
 * Reads the body of a success.
 * @throws BadAnswerError if it is not what the operation describes
 */
export function readReply<T>(
  operation: Operation<T>,
  answer: Answer,
  where: { region: string; endpoint: string; secrets: readonly string[] },
): Reply<T> {
  const { status } = answer;
  const { requestId } = readEnvelope(Buffer.alloc(0), answer.headers, where.secrets);
  const text = answer.body.toString("utf8");
  const json = operation.shape === noBody ? null : parseJson(text);
  const decoded = json === undefined ? undefined : decode(operation.shape, json);
  if (decoded?.ok === true) return { value: decoded.value, status, requestId };
  const found =
    decoded === undefined
      ? describeBody(text, where.secrets)
      : `an answer in which ${decoded.where} is missing or wrong`;
  throw new BadAnswerError({
    what: `${operation.what} in ${where.region}`,
    why: `${where.endpoint} answered ${status} with ${found}`,
    remedy: "Check that the endpoint serves the DCS API (a proxy's page or a wrong address looks like this).",
    status,
    requestId,
  });
}
