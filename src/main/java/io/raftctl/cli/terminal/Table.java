package io.raftctl.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Columns that line up.
public final class Table {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  public Table(String... header) {
    widths = new int[header.length];
    row(header);
  }

  /// A row has as many cells as the header.
  public void row(String... cells) {
    assert cells.length == widths.length;
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].length());
    }
    rows.add(cells);
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String[] cells : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < cells.length; i++) {
        line.append(cells[i]);
        line.append(" ".repeat(widths[i] - cells[i].length())).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
