package io.raftctl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.raftctl.proto.v1.Arrived;
import io.raftctl.proto.v1.PeerBatch;
import io.raftctl.raft.Effects;
import io.raftctl.raft.Entry;
import io.raftctl.raft.HardState;
import io.raftctl.raft.Input;
import io.raftctl.raft.Message;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.Raft;
import io.raftctl.raft.RaftConfig;
import io.raftctl.raft.kit.MemoryDisk;
import io.raftctl.raft.kit.Shorthand;
import io.raftctl.transport.Faults;
import io.raftctl.transport.Traffic;
import io.raftctl.transport.grpc.PeerService;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bytes in place of a peer's messages, to the service that takes them and on to the core: each is
/// taken or refused with a reason, and none ends the node.
///
/// **A member that lies is another matter.** Raft rests on what its members say. A message of the
/// right shape that contradicts what is committed, or a second leader in a term, shows that a
/// promise was broken somewhere, and the core stops rather than go on: [#CONTRADICTIONS] are the
/// words, and nothing else may stop it.
@Timeout(86_400)
class PeerFuzzTest {
  private static final String CLUSTER = "test";

  /// What the core says when a member contradicts what this node knows for certain.
  private static final List<String> CONTRADICTIONS =
      List.of(
          "two leaders in term ",
          "the leader lacks our committed ",
          "a committed entry never changes, ");

  @Test
  void noBytesOfAPeerEndTheNode() throws Exception {
    new Inputs(getClass(), 0.4, 20_000, 16 << 20).each(PeerFuzzTest::attempt);
  }

  private static void attempt(RandomGenerator random) {
    Core core = new Core(random);
    PeerMessages peer = new PeerMessages(random);
    for (int i = random.nextInt(4); i >= 0; i--) {
      String from = random.nextInt(10) == 0 ? "99" : random.nextBoolean() ? "2" : "3";
      byte[] bytes = peer.batch(CLUSTER, from, "1").toByteArray();
      for (int mutations = random.nextInt(3); mutations > 0; mutations--) {
        bytes = Mutation.of(bytes, random);
      }
      if (random.nextInt(50) == 0) {
        bytes = Mutation.random(200, random);
      }
      if (!core.takes(bytes)) {
        return;
      }
    }
    core.goesOn();
  }

  /// The core of node 1 of three, with the service before it that its peers talk to.
  private static final class Core implements StreamObserver<Arrived> {
    private final MemoryDisk disk;
    private final Raft raft;
    private final List<String> log = new ArrayList<>();
    private final PeerService service;
    private final StreamObserver<PeerBatch> stream;
    private Status refused;

    Core(RandomGenerator random) {
      List<Entry> entries = Shorthand.log("1 1:a 2 3:b 3:c");
      disk = new MemoryDisk(new HardState(3, null), entries);
      if (random.nextInt(4) == 0) {
        disk.rot(1 + random.nextInt(entries.size()));
      }
      RaftConfig config =
          Shorthand.config(1, 3, new RaftConfig.Features(true, true), RaftConfig.Limits.DEFAULT);
      raft =
          new Raft(
              config,
              disk.hardState(),
              disk,
              List.of(),
              null,
              new SplittableRandom(random.nextLong()));
      service =
          new PeerService(
              CLUSTER,
              new NodeId("1"),
              (_, _, _) -> null,
              new Faults(new NodeId("1")),
              new Traffic(),
              received -> step(received),
              log::add);
      stream = service.deliver(this);
      play(random.nextInt(4));
    }

    /// A follower in the dark, one with a leader, a candidate, or a leader.
    private void play(int role) {
      switch (role) {
        case 0 -> {}
        case 1 -> step(received(Shorthand.heartbeat(2, 1, 3, 1, 4)));
        case 2 -> tick(2 * Shorthand.ELECTION_TICKS);
        default -> {
          tick(2 * Shorthand.ELECTION_TICKS);
          long term = raft.term();
          step(
              received(
                  new Message.PreVoteReply(Shorthand.id(2), Shorthand.id(1), term, term, true)));
          step(received(Shorthand.vote(2, 1, raft.term(), true)));
        }
      }
    }

    private static Input.Received received(Message message) {
      return new Input.Received(message, 0);
    }

    private void tick(int ticks) {
      for (int i = 0; i < ticks; i++) {
        step(new Input.Tick());
      }
    }

    /// A turn, with a disk that syncs at once, and more for as long as there is work left.
    private void step(Input input) {
      Effects effects = raft.step(List.of(input));
      while (carriedOut(effects) || effects.more()) {
        effects = raft.step(List.of(new Input.Synced(effects.turn())));
      }
    }

    /// @return whether anything was written
    private boolean carriedOut(Effects effects) {
      if (effects.hardState() == null && effects.append().isEmpty() && effects.repair().isEmpty()) {
        return false;
      }
      disk.repair(effects.turn(), effects.repair());
      disk.write(effects.turn(), effects.hardState(), effects.append());
      return disk.sync(effects.turn());
    }

    /// @return whether the node may be asked on: it did not stop with good reason
    boolean takes(byte[] bytes) {
      PeerBatch batch;
      try {
        batch = PeerBatch.parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        return true; // gRPC refuses it.
      }
      try {
        stream.onNext(batch);
      } catch (AssertionError e) {
        assertThat(CONTRADICTIONS).as("%s", e).anyMatch(String.valueOf(e.getMessage())::startsWith);
        return false;
      }
      if (refused != null) {
        assertThat(refused.getDescription()).isNotBlank().doesNotContain("\n", "Exception");
        assertThat(refused.getCode())
            .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION);
        return false;
      }
      return true;
    }

    /// Whatever came, time passes as ever.
    void goesOn() {
      tick(5 * Shorthand.ELECTION_TICKS);
    }

    @Override
    public void onNext(Arrived arrived) {}

    @Override
    public void onError(Throwable refusal) {
      refused =
          refusal instanceof StatusRuntimeException runtime
              ? runtime.getStatus()
              : ((StatusException) refusal).getStatus();
    }

    @Override
    public void onCompleted() {}
  }
}
