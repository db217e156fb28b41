package io.raftctl.client;

/// What the cluster knows of one request.
public sealed interface Fate {
  /// It was applied, and this was its first outcome.
  record Applied(Outcome.Done first) implements Fate {}

  /// It was not applied and never will be: a tombstone stands at this index.
  record Cancelled(long index, long term) implements Fate {}

  /// It was not applied by any entry up to this index. A later one may still apply it.
  record NotApplied(long asOf) implements Fate {}

  /// Nobody can tell any more: the session has expired, or its client has settled the request.
  record Forgotten(long asOf) implements Fate {}
}
