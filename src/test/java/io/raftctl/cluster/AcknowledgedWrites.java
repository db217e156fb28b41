package io.raftctl.cluster;

import java.util.List;
import java.util.Map;

/// What the clients of a load were told.
///
/// @param done commands that were acknowledged, and at which index
/// @param notApplied commands that certainly have no effect
/// @param unknown commands that may or may not be in the log
record AcknowledgedWrites(Map<String, Long> done, List<String> notApplied, List<String> unknown) {}
