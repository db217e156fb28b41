package io.raftctl.client;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who belongs to a cluster, as its leader knows.
///
/// @param removed ids that were members once, and never will be again
public record Members(String cluster, List<Member> members, List<String> removed) {
  /// @param address where it is reached; null where only the settings of the nodes say it
  /// @param role `voter`, `learner`, `joining` for a learner that is to vote, `leaving` for a voter
  ///   on its way out
  public record Member(String id, @Nullable String address, String role) {
    public boolean votes() {
      return role.equals("voter");
    }
  }

  /// What is to change; each list is empty where nothing is.
  ///
  /// @param add `ID=HOST:PORT`
  /// @param promote ids of learners that are to vote
  /// @param remove ids of members that are to go
  public record Wish(List<String> add, List<String> promote, List<String> remove) {}

  public Members {
    members = List.copyOf(members);
    removed = List.copyOf(removed);
  }

  public Optional<Member> member(String id) {
    return members.stream().filter(member -> member.id().equals(id)).findFirst();
  }

  /// Null where the answer has another shape.
  public static @Nullable Members of(@Nullable JsonObject json) {
    JsonArray rows = json == null ? null : json.getArray("members");
    if (json == null || rows == null) {
      return null;
    }
    List<Member> members = new ArrayList<>();
    for (Object row : rows) {
      if (!(row instanceof JsonObject member)) {
        return null;
      }
      members.add(
          new Member(
              member.getString("id", "?"),
              member.getString("address"),
              member.getString("role", "?")));
    }
    List<String> removed = new ArrayList<>();
    json.getArray("removed", new JsonArray()).forEach(id -> removed.add(String.valueOf(id)));
    return new Members(json.getString("cluster", ""), members, removed);
  }
}
