package io.raftctl.server.packets;

import io.raftctl.raft.NodeId;
import io.raftctl.transport.Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Cuts a node off by dropping the packets between it and its peers, with nftables or iptables.
///
/// Only peers' addresses are matched, so clients elsewhere still reach the node, and its port for
/// operators stays open to all. The rules have a table or chain of their own that is named after
/// the node: what is added is exactly what is removed. They would outlive the process, so a node
/// removes what it finds of an earlier run at its start.
///
/// While a block stands it follows the peers: those who join, those who move, and names that lead
/// to another address. A peer whose name is not known makes no block fail. It is looked up until it
/// is known, and until then the log and [#open] name it. Whoever blocks cuts the links inside the
/// process too, so nothing gets through to such a peer meanwhile.
///
/// A peer at an address of this very machine is refused: nodes on one machine share addresses,
/// ports tell only whom a packet is for and not whom it is from, so the packets of one node cannot
/// be told from another's.
///
/// The methods wait for other programs and for names to be resolved.
public final class PacketFilter {
  private static final Duration LOOK_UP_MAX = Duration.ofSeconds(1);
  private static final long FOLLOW_MILLIS = 500;

  /// Another node, and where it is reached. One that has moved may come twice.
  ///
  /// @param certain whether settings or log say so, and not only the node itself
  public record Peer(NodeId id, Address address, boolean certain) {}

  private final Tool tool;
  private final String name;
  private final Supplier<? extends List<Peer>> peers;
  private final int adminPort;
  private final Names.Lookup lookup;
  private final Consumer<String> log;
  private @Nullable Block standing; // Guarded by this.
  private volatile SortedMap<NodeId, String> open =
      new TreeMap<>(); // Never changed, only replaced.

  /// @param peers asked again and again while a block stands; must not wait
  /// @param adminPort the TCP port of this node that stays reachable
  /// @param log hears whose packets cannot be dropped yet
  public PacketFilter(
      String cluster,
      NodeId self,
      Supplier<? extends List<Peer>> peers,
      int adminPort,
      Consumer<String> log) {
    this(
        new Tool(List.of()),
        name(cluster, self, adminPort),
        peers,
        adminPort,
        InetAddress::getAllByName,
        log);
  }

  PacketFilter(
      Tool tool,
      String name,
      Supplier<? extends List<Peer>> peers,
      int adminPort,
      Names.Lookup lookup,
      Consumer<String> log) {
    this.tool = tool;
    this.name = name;
    this.peers = peers;
    this.adminPort = adminPort;
    this.lookup = lookup;
    this.log = log;
  }

  /// The name of the table or chain: iptables takes 28 characters, nftables neither dots nor minus
  /// signs.
  static String name(String cluster, NodeId self, int adminPort) {
    CRC32 checksum = new CRC32();
    checksum.update((cluster + "/" + self + "/" + adminPort).getBytes(StandardCharsets.UTF_8));
    String id = self.value().replaceAll("[^A-Za-z0-9]", "_");
    return "raftctl_%s_%08x"
        .formatted(id.substring(0, Math.min(10, id.length())), checksum.getValue());
  }

  /// One block, from its first rule to the release.
  private final class Block {
    private final Firewall firewall;
    private final Names names;
    private final CountDownLatch over = new CountDownLatch(1);
    private List<InetAddress> dropped; // Guarded by the filter.

    /// Why the addresses could not be changed last time; empty where they could. Guarded likewise.
    private String trouble = "";

    Block(Firewall firewall, Names names, List<InetAddress> dropped) {
      this.firewall = firewall;
      this.names = names;
      this.dropped = dropped;
    }

    /// Keeps up with the peers until the block is over.
    void follow() {
      try {
        while (!over.await(FOLLOW_MILLIS, TimeUnit.MILLISECONDS)) {
          keepUp(this, look(names));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // Nobody interrupts this thread.
      }
    }
  }

  /// Drops the packets from now on; nothing new where they are dropped already.
  public synchronized void block() throws PacketFilterException {
    if (standing != null) {
      return;
    }
    Names names = new Names(lookup);
    Targets targets = look(names);
    requireElsewhere(targets);
    Block block = new Block(begin(targets.addresses()), names, targets.addresses());
    standing = block;
    tell(targets, block);
    Thread.ofPlatform().daemon().name("packets").start(block::follow);
  }

  private Targets look(Names names) {
    List<Peer> now = peers.get();
    names.ask(now.stream().map(peer -> peer.address().host()).distinct().toList(), LOOK_UP_MAX);
    return Targets.of(now, names);
  }

  private static void requireElsewhere(Targets targets) throws PacketFilterException {
    if (!targets.here().isEmpty()) {
      NodeId peer = targets.here().firstKey();
      throw new PacketFilterException(
          "packets were not blocked: node %s is on this machine, at %s"
              .formatted(peer, targets.here().get(peer)),
          "start the nodes of one machine without --packets",
          false);
    }
  }

  /// Has the first program block that can.
  private Firewall begin(List<InetAddress> addresses) throws PacketFilterException {
    PacketFilterException first = null;
    for (Firewall firewall : firewalls()) {
      try {
        firewall.block(name, addresses, adminPort);
        return firewall;
      } catch (PacketFilterException e) {
        first = first == null ? e : first;
        takeBack(firewall);
      }
    }
    throw first != null ? first : missing();
  }

  private void takeBack(Firewall firewall) {
    try {
      firewall.release(name);
    } catch (PacketFilterException e) {
      // What cannot release could not block either, and why is told already.
    }
  }

  private synchronized void keepUp(Block block, Targets targets) {
    if (standing != block) {
      return; // It ended while names were looked up.
    }
    List<InetAddress> wanted = targets.addresses();
    String trouble = "";
    if (!wanted.equals(block.dropped)) {
      try {
        block.firewall.block(name, wanted, adminPort);
        block.dropped = wanted;
      } catch (PacketFilterException e) {
        trouble = e.getMessage() + "; " + e.hint();
      }
    }
    if (!trouble.isEmpty() && !trouble.equals(block.trouble)) {
      log.accept(trouble);
    }
    block.trouble = trouble;
    tell(targets, block);
  }

  /// One line whenever a peer's packets begin to pass, or do so no longer.
  private void tell(Targets targets, Block block) {
    SortedMap<NodeId, String> before = open;
    SortedMap<NodeId, String> now = targets.open(block.dropped);
    open = now;
    for (Map.Entry<NodeId, String> peer : now.entrySet()) {
      if (!peer.getValue().equals(before.get(peer.getKey()))) {
        log.accept(
            "packets of node %s are not dropped yet: %s; the link is cut inside the process"
                .formatted(peer.getKey(), peer.getValue()));
      }
    }
    for (Targets.Target dropped : targets.elsewhere().values()) {
      NodeId peer = dropped.peer();
      if (before.containsKey(peer) && !now.containsKey(peer)) {
        String text = dropped.address().getHostAddress();
        log.accept("packets of node %s at %s are dropped now, too".formatted(peer, text));
      }
    }
  }

  /// The peers whose packets pass although a block stands. Never waits.
  public List<NodeId> open() {
    return List.copyOf(open.keySet());
  }

  /// Lets the packets through again.
  public synchronized void unblock() throws PacketFilterException {
    Block block = standing;
    if (block != null) {
      block.firewall.release(name);
      end(block);
    }
  }

  private void end(Block block) {
    block.over.countDown();
    standing = null;
    open = new TreeMap<>();
  }

  /// Removes what an earlier run of this node may have left, and what this one has.
  public synchronized void clear() throws PacketFilterException {
    if (standing != null) {
      end(standing);
    }
    List<Firewall> firewalls = firewalls();
    if (firewalls.isEmpty()) {
      throw missing();
    }
    PacketFilterException last = null;
    int done = 0;
    for (Firewall firewall : firewalls) {
      try {
        firewall.release(name);
        done++;
      } catch (PacketFilterException e) {
        last = e;
      }
    }
    if (done == 0 && last != null) {
      throw last;
    }
  }

  private List<Firewall> firewalls() {
    List<Firewall> found = new ArrayList<>();
    String nft = Tool.path("nft");
    if (!nft.isEmpty()) {
      found.add(new NftFirewall(tool, nft));
    }
    String iptables = Tool.path("iptables-restore");
    if (!iptables.isEmpty()) {
      found.add(new IptablesFirewall(tool, String.valueOf(Path.of(iptables).getParent())));
    }
    return found;
  }

  private static PacketFilterException missing() {
    return new PacketFilterException(
        "packets cannot be blocked: neither nft nor iptables is installed",
        "install nftables, or start the node without --packets",
        false);
  }
}
