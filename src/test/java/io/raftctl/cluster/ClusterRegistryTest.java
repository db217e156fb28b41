package io.raftctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftctl.cluster.ClusterDescription.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterRegistryTest {
  private static final ProcessIdentity NOBODY = new ProcessIdentity(Integer.MAX_VALUE, 0);

  @TempDir private Path folder;

  @Test
  void findsAClusterByNameAndByDirectory() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    write(registry, "demo", folder.resolve("a"), null, false);
    write(registry, "demo", folder.resolve("b"), null, false);
    assertThat(registry.find("demo")).hasSize(2);
    assertThat(registry.find(folder.resolve("b").toString()))
        .extracting(ClusterDescription::directory)
        .containsExactly(folder.resolve("b"));
    assertThat(registry.find("other")).isEmpty();
  }

  @Test
  void dropsAnEntryWhoseDirectoryIsGone() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    write(registry, "demo", folder.resolve("a"), null, false);
    Files.delete(folder.resolve("a/cluster.json"));
    assertThat(registry.list()).isEmpty();
    try (var entries = Files.list(folder.resolve("state"))) {
      assertThat(entries).isEmpty();
    }
  }

  @Test
  void aClusterThatGotAnotherNameIsListedOnce() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    write(registry, "foo", folder.resolve("a"), null, false);
    write(registry, "local", folder.resolve("a"), null, false);
    assertThat(registry.list()).extracting(ClusterDescription::name).containsExactly("local");
    assertThat(registry.find("local")).hasSize(1);
    assertThat(registry.find(folder.resolve("a").toString())).hasSize(1);
  }

  @Test
  void aClusterWhoseProcessesAreGoneIsStopped() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    write(registry, "demo", folder.resolve("a"), NOBODY, false);
    assertThat(registry.list().getFirst().state()).isEqualTo(State.STOPPED);
  }

  @Test
  void clearsAwayTheTemporaryDirectoryOfAKilledOwner() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    write(registry, "demo", folder.resolve("a"), NOBODY, true);
    Files.createDirectories(folder.resolve("a/node-1/log"));
    assertThat(registry.list()).isEmpty();
    assertThat(folder.resolve("a")).doesNotExist();
  }

  /// As after a kill in a shell with another `XDG_STATE_HOME`, or in a container.
  @Test
  void clearsAwayTemporaryDirectoriesThatNoEntryPointsTo() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    ClusterRegistry lost = new ClusterRegistry(folder.resolve("lost"));
    Path temporary = folder.resolve("tmp");
    ProcessIdentity ourselves = ProcessIdentity.of(ProcessHandle.current());
    write(lost, "dead", temporary.resolve("raftctl-dead-1"), NOBODY, true);
    Files.createDirectories(temporary.resolve("raftctl-dead-1/node-1/log"));
    write(lost, "alive", temporary.resolve("raftctl-alive-1"), ourselves, true);
    write(lost, "failed", temporary.resolve("raftctl-failed-1"), null, true);
    write(lost, "kept", temporary.resolve("raftctl-kept-1"), NOBODY, false);
    write(lost, "other", temporary.resolve("other-1"), NOBODY, true);
    Files.createDirectories(temporary.resolve("raftctl-about-to-start-1"));
    Path damaged = Files.createDirectories(temporary.resolve("raftctl-damaged-1"));
    Files.writeString(damaged.resolve("cluster.json"), "{\"name\": \"da");
    Files.createSymbolicLink(
        temporary.resolve("raftctl-link-1"), temporary.resolve("other-1").toAbsolutePath());

    assertThat(registry.clearAway(temporary)).isEqualTo(1);

    try (var left = Files.list(temporary)) {
      assertThat(left.map(it -> it.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "raftctl-alive-1",
              "raftctl-failed-1",
              "raftctl-kept-1",
              "other-1",
              "raftctl-about-to-start-1",
              "raftctl-damaged-1",
              "raftctl-link-1");
    }
    assertThat(temporary.resolve("other-1/cluster.json")).exists();
    assertThat(registry.clearAway(folder.resolve("nowhere"))).isZero();
  }

  @Test
  void oneDamagedClusterDoesNotHideTheOthers() throws Exception {
    ClusterRegistry registry = new ClusterRegistry(folder.resolve("state"));
    write(registry, "bad", folder.resolve("a"), null, false);
    write(registry, "good", folder.resolve("b"), null, false);
    Files.writeString(folder.resolve("a/cluster.json"), "{\"name\": \"ba");
    assertThat(registry.list()).extracting(ClusterDescription::name).containsExactly("good");
  }

  @Test
  void liesWhereTheDesktopStandardSays() {
    assertThat(ClusterRegistry.stateFolder(Map.of("XDG_STATE_HOME", "/s", "HOME", "/h")))
        .isEqualTo(Path.of("/s/raftctl"));
    assertThat(ClusterRegistry.stateFolder(Map.of("HOME", "/h")))
        .isEqualTo(Path.of("/h/.local/state/raftctl"));
  }

  private static void write(
      ClusterRegistry registry,
      String name,
      Path directory,
      @Nullable ProcessIdentity supervisor,
      boolean ephemeral)
      throws Exception {
    Files.createDirectories(directory);
    NodeDescription node =
        new NodeDescription(
            "1",
            "127.0.0.1:7001",
            "127.0.0.1:8001",
            null,
            directory.resolve("node-1"),
            directory.resolve("node-1.log"));
    ClusterDescription cluster =
        new ClusterDescription(
            name, name + "-1", directory, supervisor, false, ephemeral, "", List.of(node));
    ClusterDirectory.of(directory).write(cluster);
    assertThat(ClusterDirectory.of(directory).read()).contains(cluster);
    registry.add(name, directory);
  }
}
