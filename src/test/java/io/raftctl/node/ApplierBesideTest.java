package io.raftctl.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.node.snapshot.NodeStorage;
import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.NodeId;
import io.raftctl.statemachine.MachineLostException;
import io.raftctl.statemachine.Reply;
import io.raftctl.statemachine.StateMachine;
import io.raftctl.statemachine.session.RequestId;
import io.raftctl.statemachine.session.SessionCommand;
import io.raftctl.statemachine.session.SessionLimits;
import io.raftctl.statemachine.session.SessionMachine;
import io.raftctl.statemachine.session.SessionTable;
import io.raftctl.statemachine.store.KeyValueStore;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.LogStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplierBesideTest {
  /// The store, which can be told to forget everything at the next command.
  private static final class Forgetful implements StateMachine {
    private KeyValueStore store = new KeyValueStore();
    private final List<Long> ran = new ArrayList<>();
    private boolean lose;

    @Override
    public Reply apply(long index, byte[] command) {
      if (lose) {
        lose = false;
        store = new KeyValueStore();
        throw new MachineLostException("lost");
      }
      ran.add(index);
      return store.apply(index, command);
    }

    @Override
    public Reply query(byte[] command) {
      return store.query(command);
    }

    @Override
    public State state() {
      return store.state();
    }

    @Override
    public State read(InputStream written) throws IOException {
      return store.read(written);
    }

    @Override
    public void restore(State state) {
      store.restore(state);
    }
  }

  @TempDir Path folder;
  private final Forgetful machine = new Forgetful();
  private final List<Outcome> heard = new ArrayList<>();
  private int workCalls;
  private int turnCalls;

  private static Entry incr(long index) {
    SessionCommand command =
        new SessionCommand.Plain(new RequestId(1, index), "incr n".getBytes(UTF_8));
    return new Entry(new EntryId(1, index), Entry.Kind.COMMAND, CommandEnvelope.encode(command));
  }

  @Test
  void theLoopHearsOfEachEntryOnceWhateverTheMachineLoses() {
    FileDisk disk = FileDisk.open(folder.resolve("data"));
    LogOptions options = new LogOptions(LogOptions.SEGMENT_BYTES_DEFAULT, Runnable::run);
    try (disk;
        LogStore log = DataDirectory.open(disk, "test", new NodeId("1"), 7, options)) {
      List<Entry> entries = List.of(incr(1), incr(2), incr(3));
      log.write(new HardState(1, null), entries);
      ApplierBeside applier =
          new ApplierBeside(
              new SessionMachine(machine, new SessionTable(SessionLimits.DEFAULT)),
              log,
              new PendingRequests(),
              NodeStorage.Recovered.NOTHING,
              () -> workCalls++,
              () -> turnCalls++,
              input -> {
                throw new AssertionError("nothing is damaged: " + input);
              });
      applier.apply(entries.subList(0, 2));
      assertThat(workCalls).isEqualTo(1);
      assertThat(applier.applied()).isEqualTo(EntryId.NONE);

      work(applier);
      assertThat(turnCalls).isEqualTo(2);
      assertThat(applier.applied()).as("before the loop's turn").isEqualTo(EntryId.NONE);
      applier.apply(List.of());
      assertThat(applier.applied()).isEqualTo(new EntryId(1, 2));

      machine.lose = true;
      applier.apply(entries.subList(2, 3));
      work(applier);
      applier.apply(List.of());
      assertThat(applier.applied()).isEqualTo(new EntryId(1, 3));
      assertThat(turnCalls).as("a replay tells nothing").isEqualTo(3);
      assertThat(machine.ran).containsExactly(1L, 2L, 1L, 2L, 3L);
      assertThat(machine.query("get n".getBytes(UTF_8))).isEqualTo(Reply.ok("3"));

      applier.state(state -> heard.add(new Outcome.Done(state.last(), Reply.ok(""))));
      work(applier);
      assertThat(heard).containsExactly(new Outcome.Done(new EntryId(1, 3), Reply.ok("")));
      machine.lose = true;
      log.write(null, List.of(incr(4)));
      applier.apply(List.of(incr(4)));
      work(applier);
      assertThat(machine.ran).as("from its last state on").endsWith(3L, 4L);
      assertThat(machine.query("get n".getBytes(UTF_8))).isEqualTo(Reply.ok("4"));

      machine.lose = true;
      log.write(null, List.of(incr(5)));
      applier.apply(List.of(incr(5)));
      work(applier);
      assertThat(machine.ran).as("all behind its last state").endsWith(3L, 4L, 4L, 5L);
      assertThat(machine.query("get n".getBytes(UTF_8))).isEqualTo(Reply.ok("5"));
    }
  }

  private static void work(ApplierBeside applier) {
    while (applier.step()) {
      // Until there is nothing to do.
    }
  }
}
