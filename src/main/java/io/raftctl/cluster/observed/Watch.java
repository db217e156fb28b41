package io.raftctl.cluster.observed;

import io.raftctl.client.Members;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Looks at the nodes again and again, and knows from them who belongs to the cluster.
///
/// Who belongs to it stands in its log, so the best of those that answer is asked. Members that are
/// no nodes of ours are looked at as well: the cluster counts their votes. Any thread may look.
public final class Watch {
  private static final NodeProbe PROBE = new NodeProbe(Duration.ofSeconds(1));

  /// Whose log says most: a leader's of the latest term, or else the longest.
  private static final Comparator<NodeReport> BEST =
      Comparator.comparing(NodeReport::leads)
          .thenComparingLong(NodeReport::term)
          .thenComparingLong(NodeReport::lastIndex);

  private volatile @Nullable Members members;

  /// Asks every node that runs, all at once.
  ///
  /// @param running the addresses of the nodes that run, by id
  /// @param all the ids of all nodes: the members, as long as no node has told who they are
  public Observation look(SortedMap<String, String> running, Collection<String> all) {
    List<String> addresses = new ArrayList<>(running.values());
    addresses.addAll(elsewhere(all));
    List<Callable<Optional<NodeReport>>> questions = new ArrayList<>();
    addresses.forEach(address -> questions.add(() -> PROBE.status(address)));
    List<NodeReport> answers = new ArrayList<>();
    Map<String, String> reached = new TreeMap<>();
    int asked = 0;
    for (Optional<NodeReport> answer : Together.run(questions)) {
      String address = addresses.get(asked++);
      answer.ifPresent(
          report -> {
            answers.add(report);
            reached.put(report.id(), address);
          });
    }
    answers.stream()
        .max(BEST)
        .flatMap(best -> PROBE.members(String.valueOf(reached.get(best.id()))))
        .filter(told -> told.members().stream().anyMatch(Members.Member::votes))
        .ifPresent(told -> members = told);
    answers.removeIf(report -> removed().contains(report.id()));
    return new Observation(voters(all), answers);
  }

  /// Who belongs to the cluster by the last look; null where no node ever answered.
  public @Nullable Members members() {
    return members;
  }

  private List<String> removed() {
    Members known = members;
    return known == null ? List.of() : known.removed();
  }

  /// Where those members are that are no nodes of ours.
  private List<String> elsewhere(Collection<String> ours) {
    Members known = members;
    List<String> addresses = new ArrayList<>();
    for (Members.Member member : known == null ? List.<Members.Member>of() : known.members()) {
      if (member.address() != null && !ours.contains(member.id())) {
        addresses.add(member.address());
      }
    }
    return addresses;
  }

  private SortedSet<String> voters(Collection<String> all) {
    Members known = members;
    if (known == null) {
      return new TreeSet<>(all);
    }
    SortedSet<String> voters = new TreeSet<>();
    known.members().stream().filter(Members.Member::votes).forEach(it -> voters.add(it.id()));
    return voters;
  }
}
