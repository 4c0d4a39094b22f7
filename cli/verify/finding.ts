/**
 * - `disagrees`: two sources that should say the same do not
 * - `unproven`: nothing contradicts the record, and nothing that is left confirms it
 * - `note`: what a reader should know
 */
export type Severity = "disagrees" | "unproven" | "note";

/** What was found; the codes are part of the schema's version. */
export type FindingCode =
  // the chain of records
  | "altered"
  | "removed"
  | "reordered"
  | "damaged"
  | "newest-differs"
  | "count-differs"
  | "newest-removed"
  | "rewritten"
  | "cut"
  | "sealed"
  | "moved-unseen"
  // records and the cloud's task log
  | "record-without-task"
  | "task-without-record"
  | "times-disagree"
  | "outcome-disagrees"
  | "user-disagrees"
  | "beyond-retention"
  | "before-kept-records"
  | "log-empty"
  | "instance-gone"
  | "unconfirmed"
  | "log-unreadable";

export interface Finding {
  severity: Severity;
  code: FindingCode;
  /** In words that an auditor reads. */
  text: string;
  /** RFC 3339: of the record or the task that it is about. */
  at?: string;
  hash?: string;
  taskId?: string;
}
