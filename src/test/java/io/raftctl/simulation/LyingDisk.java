package io.raftctl.simulation;

import io.raftctl.raft.Entry;
import io.raftctl.raft.EntryId;
import io.raftctl.raft.HardState;
import io.raftctl.raft.log.TermRuns;
import io.raftctl.raft.room.Room;
import io.raftctl.storage.Demand;
import io.raftctl.storage.LogStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A disk that says that it has synced and has not.
final class LyingDisk implements Sabotage {
  @Override
  public LogStore store(LogStore store) {
    return new LogStore() {
      @Override
      public void repair(List<Entry> entries) {
        store.repair(entries);
      }

      @Override
      public Room reserve(Demand demand) {
        return store.reserve(demand);
      }

      @Override
      public boolean startsAnew() {
        return store.startsAnew();
      }

      @Override
      public void makeRoom() {
        store.makeRoom();
      }

      @Override
      public boolean giveUpSpares() {
        return store.giveUpSpares();
      }

      @Override
      public void startAfter(EntryId last) {
        store.startAfter(last);
      }

      @Override
      public void compact(long last) {
        store.compact(last);
      }

      @Override
      public void sync() {}

      @Override
      public HardState hardState() {
        return store.hardState();
      }

      @Override
      public TermRuns terms() {
        return store.terms();
      }

      @Override
      public List<Entry> read(long from, long to, long bytesMax) {
        return store.read(from, to, bytesMax);
      }

      @Override
      public void write(@Nullable HardState hardState, List<Entry> entries) {
        store.write(hardState, entries);
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }
}
