package io.raftctl.node.room;

import io.raftctl.raft.Entry;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.Demand;
import io.raftctl.storage.LogStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sees to it before each turn that the disk has room for all that the turn may write, and tells
/// the core where it has not. Owned by the loop's thread.
///
/// While the disk is full it is asked again at a bounded rate, and asked for a snapshot now and
/// then, which lets the log go that it covers.
public final class RoomAhead {
  /// Half a second, where the heartbeat interval is 50 ms.
  private static final int RETRY_TICKS = 50;

  /// A state may be large, and what can be written of it is written in vain.
  private static final int SNAPSHOT_RETRIES = 20;

  /// What a turn may write that nobody asked for: the entry that opens a term, a change of members.
  private static final int OWN_BYTES = 512;

  private final LogStore store;
  private final Runnable wantSnapshot;

  /// A snapshot that waits for room to be installed, or null.
  private Input.@Nullable SnapshotReceived heldBack;

  private boolean wasShort;
  private int ticks;
  private int retries;

  /// @param wantSnapshot takes a snapshot as soon as possible
  public RoomAhead(LogStore store, Runnable wantSnapshot) {
    this.store = store;
    this.wantSnapshot = wantSnapshot;
  }

  /// Gets room for what has arrived.
  ///
  /// @return what the core is to be told in its place: first how much room there is, where that is
  ///   news. A snapshot is installed where the log can start anew with what there is, and waits
  ///   here until then
  public List<Input> before(List<Input> arrived) {
    retry(arrived);
    Demand demand = heldBack == null ? demand(arrived) : demand(arrived).andAnew();
    Room room = store.reserve(demand);
    if (!room.isShort() && !wasShort) {
      return arrived;
    }
    if (room.isShort() && !wasShort) {
      wantSnapshot.run();
    }
    wasShort = room.isShort();
    List<Input> told = new ArrayList<>();
    told.add(new Input.RoomLeft(room));
    boolean startsAnew = !demand.anew() || store.startsAnew();
    if (startsAnew && heldBack != null) {
      told.add(heldBack);
      heldBack = null;
    }
    for (Input input : arrived) {
      if (!startsAnew && input instanceof Input.SnapshotReceived received) {
        holdBack(received);
      } else {
        told.add(input);
      }
    }
    return told;
  }

  /// One stands for all: an older snapshot is of no use once a newer one is there.
  private void holdBack(Input.SnapshotReceived received) {
    if (heldBack == null || heldBack.last().index() <= received.last().index()) {
      heldBack = received;
    }
  }

  private void retry(List<Input> arrived) {
    if (!wasShort) {
      return;
    }
    for (Input input : arrived) {
      ticks += input instanceof Input.Tick ? 1 : 0;
    }
    if (ticks >= RETRY_TICKS) {
      ticks = 0;
      retries++;
      store.makeRoom();
      if (retries % SNAPSHOT_RETRIES == 0) {
        wantSnapshot.run();
      }
    }
  }

  private static Demand demand(List<Input> arrived) {
    Demand demand = Demand.NOTHING.andData(OWN_BYTES);
    for (Input input : arrived) {
      if (input instanceof Input.Propose proposal) {
        demand = demand.andData(proposal.data().length);
      } else if (input instanceof Input.SnapshotReceived) {
        demand = demand.andAnew();
      } else if (input instanceof Input.Received received
          && received.message() instanceof Message.AppendEntries append) {
        for (Entry entry : append.entries()) {
          demand = demand.and(entry);
        }
      }
    }
    return demand;
  }
}
