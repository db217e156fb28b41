package io.raftctl.cli.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.grack.nanojson.JsonObject;
import io.raftctl.cli.command.NewNode;
import io.raftctl.cli.command.Options;
import io.raftctl.cli.command.OutputOptions;
import io.raftctl.cli.command.Subcommand;
import io.raftctl.cli.terminal.ExitCode;
import io.raftctl.cli.terminal.Report;
import io.raftctl.raft.NodeId;
import io.raftctl.raft.members.Incarnation;
import io.raftctl.storage.DataDirectory;
import io.raftctl.storage.FileDisk;
import io.raftctl.storage.LogOptions;
import io.raftctl.storage.StorageException;
import io.raftctl.storage.offline.Survivor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `recover`: a new cluster out of what one node of a lost one holds.
public final class RecoverCommand implements Subcommand {
  private static final LogOptions LOG =
      new LogOptions(LogOptions.SEGMENT_BYTES_DEFAULT, Runnable::run);

  private final OutputOptions output = new OutputOptions();
  private final OptionSpec from =
      Options.option("--from", "DIR", "The survivor's data directory; it is only read.");
  private final OptionSpec as = Options.option("--as", "ID", "The new node's id.");
  private final OptionSpec data =
      Options.option(
          "--data-dir", "DIR", "The new node's data directory, empty (default: raftctl-data/ID).");
  private final OptionSpec cluster =
      Options.option(
          "--cluster",
          "NAME",
          "The new cluster's name (default: made of what the survivor holds).");
  private final OptionSpec dryRun =
      Options.flag("--dry-run", "Say what would be kept, doubtful and lost, and write nothing.");

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        Options.command(
            "recover",
            "Make a new cluster out of a survivor's directory after a lost quorum.",
            "",
            "Only for when a majority of the nodes will never come back: what the survivor did",
            "not receive is lost. Where there are several, take the one with the highest last",
            "term, and of these the one with the highest last entry; --dry-run shows both. Run",
            "it once for each node of the new cluster, always from the same survivor. Exit code",
            "6: a node uses the directory, or it is damaged.",
            "",
            "Examples:",
            "  raftctl recover --from raftctl-data/2 --as 1 --dry-run",
            "  raftctl recover --from saved/2 --as 1",
            "  raftctl recover --from raftctl-data/2 --as 1 --data-dir new/1");
    spec.addOption(from).addOption(as).addOption(data).addOption(cluster).addOption(dryRun);
    return output.addTo(spec);
  }

  @Override
  public OutputOptions output() {
    return output;
  }

  /// What is to be made, and what it rests on.
  private record Plan(
      String source, Survivor survivor, long committed, NodeId id, String cluster, boolean dry) {
    long doubtful() {
      return survivor.last().index() - committed;
    }
  }

  @Override
  public ExitCode run(Report report) throws IOException {
    String source = from.getValue();
    String node = as.getValue();
    boolean dry = Boolean.TRUE.equals(dryRun.getValue());
    String given = data.getValue();
    if (source == null || node == null) {
      return report.misused(
          "recover needs --from and --as",
          "such as: raftctl recover --from raftctl-data/2 --as 1 --dry-run");
    }
    String target = given == null ? "raftctl-data/" + node : given; // As a node has it.
    String called = cluster.getValue();
    String name = called == null ? null : NewNode.cluster(called);
    NodeId id = NewNode.id(node);
    Path directory = report.console().directory();
    if (isWithin(directory.resolve(target), directory.resolve(source))) {
      return report.misused(
          target + " lies in " + source + ", which stays as it is", "give another --data-dir");
    }
    try (FileDisk disk = FileDisk.look(directory.resolve(source))) {
      disk.keepNodesAway();
      try (Survivor survivor = Survivor.open(disk)) {
        survivor.requireOther(name);
        Plan plan =
            new Plan(
                source,
                survivor,
                committed(survivor),
                id,
                name == null ? derivedName(survivor) : name,
                dry);
        if (!dry) {
          recover(plan, directory.resolve(target));
        } else if (Files.exists(directory.resolve(target))) {
          try (FileDisk used = FileDisk.look(directory.resolve(target))) {
            DataDirectory.requireNone(used);
          }
        }
        tell(plan, target, report);
        return ExitCode.DONE;
      }
    } catch (StorageException e) {
      return report.failed(String.valueOf(e.getMessage()), "");
    }
  }

  private static boolean isWithin(Path inner, Path outer) {
    return real(inner).startsWith(real(outer));
  }

  /// Without links and dots, as far as it exists.
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path normal = path.toAbsolutePath().normalize();
      Path parent = normal.getParent();
      return parent == null ? normal : real(parent).resolve(normal.getFileName());
    }
  }

  private static void recover(Plan plan, Path target) throws IOException {
    try (FileDisk disk = FileDisk.open(target)) {
      long incarnation = Incarnation.draw(new SplittableRandom());
      plan.survivor.recoverInto(disk, plan.cluster, plan.id, incarnation, LOG);
    }
  }

  /// Up to where everything is committed for certain.
  private static long committed(Survivor survivor) throws IOException {
    long[] known = {survivor.base().index()};
    survivor.entries(entry -> known[0] = Math.max(known[0], DirectoryLog.knownBy(entry)));
    return known[0];
  }

  /// The same for each node that is made from the same survivor, and another one for every other
  /// history.
  private static String derivedName(Survivor survivor) {
    String old = survivor.identity().cluster();
    String history =
        String.join(
            "/",
            old,
            survivor.identity().node().value(),
            survivor.last().toString(),
            Long.toString(survivor.newTerm()));
    String base = old.replaceFirst("-[0-9a-f]{16}$", "");
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(history.getBytes(UTF_8));
      String suffix = HexFormat.of().formatHex(digest, 0, 8);
      return base.substring(0, Math.min(base.length(), 47)) + "-" + suffix;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void tell(Plan plan, String target, Report report) {
    if (report.json()) {
      report.line(json(plan, target, report));
    } else if (plan.dry) {
      tellDry(plan, report);
    } else {
      report.line(
          "recovered %s: node %s of cluster %s begins in term %d with entries up to %d"
              .formatted(
                  plan.source,
                  plan.id,
                  plan.cluster,
                  plan.survivor.newTerm(),
                  plan.survivor.last().index()));
      report.line(
          "start it with: raftctl node --cluster %s --id %s --data-dir %s"
              .formatted(plan.cluster, plan.id, target));
    }
  }

  private static void tellDry(Plan plan, Report report) {
    Survivor survivor = plan.survivor;
    long last = survivor.last().index();
    long base = survivor.base().index();
    report.line(
        "survivor   node %s of cluster %s, last term %d, last entry %d"
            .formatted(
                survivor.identity().node(),
                survivor.identity().cluster(),
                survivor.last().term(),
                last));
    if (survivor.lostHardState()) {
      report.line("term       lost, and its vote; the new cluster needs neither");
    }
    report.line("snapshot   " + (base == 0 ? "none" : "up to entry " + base));
    report.line("committed  up to entry %d for certain".formatted(plan.committed));
    report.line(
        plan.doubtful() == 0
            ? "doubtful   nothing"
            : "doubtful   entries %d to %d: perhaps never acknowledged, kept all the same"
                .formatted(plan.committed + 1, last));
    report.line(
        "lost       whatever was acknowledged behind entry %d: this node never received it"
            .formatted(last));
    report.line(
        "new        cluster %s, which refuses the nodes of the old one; node %s, term %d"
            .formatted(plan.cluster, plan.id, survivor.newTerm()));
  }

  private static JsonObject json(Plan plan, String target, Report report) {
    Survivor survivor = plan.survivor;
    JsonObject json = new JsonObject();
    json.put("dryRun", plan.dry);
    json.put("cluster", plan.cluster);
    json.put("id", plan.id.value());
    Path path = report.console().directory().resolve(target);
    json.put("dataDir", path.toAbsolutePath().normalize().toString());
    json.put("term", survivor.newTerm());
    json.put("fromCluster", survivor.identity().cluster());
    json.put("fromId", survivor.identity().node().value());
    json.put("fromTerm", survivor.term());
    json.put("termLost", survivor.lostHardState());
    json.put("snapshotIndex", survivor.base().index());
    json.put("committedIndex", plan.committed);
    json.put("lastIndex", survivor.last().index());
    json.put("lastTerm", survivor.last().term());
    json.put("doubtfulEntries", plan.doubtful());
    return json;
  }
}
