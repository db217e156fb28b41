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
            name, name + "-1", directory, supervisor, false, ephemeral, List.of(node));
    ClusterDirectory.of(directory).write(cluster);
    assertThat(ClusterDirectory.of(directory).read()).contains(cluster);
    registry.add(name, directory);
  }
}
