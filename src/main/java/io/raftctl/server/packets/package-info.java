/// Cutting a node off for real: dropping packets, where the right to do so is given (in containers
/// with NET_ADMIN).
///
/// ```
///   PacketFilter --+--> NftFirewall -------+--> Tool --> nft, iptables-restore
///                  +--> IptablesFirewall --+
/// ```
///
/// Read [PacketFilter]. Each change is one transaction of the program behind it, so a failure
/// leaves nothing half done.
@NullMarked
package io.raftctl.server.packets;

import org.jspecify.annotations.NullMarked;
