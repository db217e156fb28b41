/// Cutting a node off for real: dropping packets, where the right to do so is given (in containers
/// with NET_ADMIN).
///
/// ```
///   Names --> Targets --> PacketFilter --+--> NftFirewall -------+--> Tool --> nft, iptables
///                                        +--> IptablesFirewall --+
/// ```
///
/// Read [PacketFilter]. Each change is a transaction of the program behind it, so that neither a
/// failure nor a change of the peers opens what is blocked.
@NullMarked
package io.raftctl.server.packets;

import org.jspecify.annotations.NullMarked;
