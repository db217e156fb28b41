package io.raftctl.cluster.observed;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one node said of itself.
///
/// @param role `leader`, `candidate` or `follower`
/// @param leader the leader of `term` as far as the node knows, or null
/// @param blocked true if all links of the node are cut
/// @param blockedLinks the single directions that are cut at this node, each as `FROM>TO`
public record NodeReport(
    String id,
    String role,
    long term,
    @Nullable String leader,
    long commitIndex,
    long appliedIndex,
    long lastIndex,
    boolean blocked,
    Set<String> blockedLinks) {
  public boolean leads() {
    return role.equals("leader");
  }

  /// True if nothing at this node cuts the link to or from `peer`.
  public boolean hears(String peer) {
    return !blocked
        && !blockedLinks.contains(id + ">" + peer)
        && !blockedLinks.contains(peer + ">" + id);
  }
}
