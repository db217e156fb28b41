package io.raftctl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.ClusterException;
import io.raftctl.scenario.SimulatedRunner;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever a script does to a simulated cluster, no line breaks raftctl, the nodes keep their
/// promises, and once all is mended they agree.
@Timeout(86_400)
class ScenarioFuzzTest {
  private static final List<String> WORLDS =
      List.of(
          "nodes 1",
          "nodes 3",
          "nodes 4",
          "nodes 5",
          "message-bytes 1",
          "snapshot-bytes 2000",
          "loss 5",
          "duplicates 30",
          "overtaking on",
          "delay 20ms",
          "sync 20ms",
          "sessions 2",
          "slow-apply on",
          "copy-on-write on");

  /// All that the lines below do. Disks are not lost, as they must not be where members come and
  /// go; nodes do not join by themselves, as some of those never catch up.
  private static final String TROUBLES =
      "troubles crashes,partitions,pauses,jumps,transfers,changes,moves,full-disks,"
          + "failing-disks,hanging-disks";

  private static final List<String> LINES =
      List.of(
          "put k v --timeout 300ms",
          "put k w",
          "incr n 2 --timeout 1s",
          "cas k v x --timeout 300ms",
          "at 1 put k one --timeout 300ms",
          "at 2 get k --timeout 200ms",
          "at 3 get k --consistency stale --timeout 200ms",
          "get k --consistency lease --timeout 200ms",
          "kill 1",
          "kill leader",
          "kill follower",
          "kill 2 3",
          "start all",
          "start 1",
          "restart 2",
          "pause leader",
          "pause 3",
          "resume all",
          "partition 1 2",
          "partition leader",
          "partition 1 | 2 | 3",
          "cut 1 2",
          "cut 2 > 3",
          "cut leader follower",
          "heal",
          "clock 1 2s",
          "clock all 400ms",
          "clock follower 3s",
          "leader transfer 2 --timeout 1s",
          "leader transfer follower --timeout 1s",
          "add-node",
          "remove-node 2",
          "remove-node leader",
          "member remove 3 --timeout 1s",
          "member ls",
          "status",
          "log dump 1",
          "log dump leader",
          "client 1.1 put k1",
          "client 1.2 incr",
          "client 2.1 put k1",
          "client 2.2 get k1 linearizable",
          "client 2.3 get k1 lease",
          "disk 1 full 300",
          "disk 2 full 0",
          "disk leader full 100 writing",
          "disk follower full 100 receiving",
          "disk 1 room",
          "disk leader crash 5",
          "disk 3 fail 7",
          "disk leader hang 900ms",
          "disk 2 hang",
          "pause 2 700ms",
          "move 2",
          "move follower",
          "hand-over leader",
          "hand-over leader 2",
          "change leader voters 1 2 learners 3",
          "cut 1 2 > 3",
          "cut 1 | 2 3",
          "sleep 20ms",
          "sleep 700ms",
          "sleep 5s",
          "wait leader 1s",
          "wait leads 3 300ms",
          "wait log 2 5 100ms",
          "wait converged 1s");

  private static final List<String> MENDED = List.of("resume all", "heal", "start all", "settle");

  private final List<String> complaints = new ArrayList<>();

  @Test
  void aScriptBreaksNothing() throws Exception {
    new Inputs(getClass(), 0.001, 60, 8L << 30).each(this::attempt);
  }

  private void attempt(RandomGenerator random) {
    List<String> script = script(random);
    SimulatedRunner runner =
        new SimulatedRunner(this::hear, new PrintStream(OutputStream.nullOutputStream()), null);
    complaints.clear();
    for (String line : script) {
      runner.run(line);
    }
    assertThat(complaints)
        .as(String.join("\n", script))
        .noneMatch(complaint -> complaint.contains("broke a promise"))
        .noneMatch(complaint -> complaint.contains("a node failed"));
  }

  private int hear(ClusterException complaint) {
    assertThat(complaint.reason()).isNotBlank().doesNotContain("\n");
    complaints.add(complaint.reason());
    return 1;
  }

  private static List<String> script(RandomGenerator random) {
    List<String> script = new ArrayList<>();
    script.add("seed " + random.nextInt(1_000_000));
    script.add(TROUBLES);
    for (int i = random.nextInt(3); i > 0; i--) {
      script.add(any(WORLDS, random));
    }
    for (int i = 3 + random.nextInt(40); i > 0; i--) {
      script.add(any(LINES, random));
    }
    script.addAll(MENDED);
    return script;
  }

  private static String any(List<String> lines, RandomGenerator random) {
    return lines.get(random.nextInt(lines.size()));
  }
}
