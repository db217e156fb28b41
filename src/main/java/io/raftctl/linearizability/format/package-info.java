/// Reads histories as others write them, and as raftctl does.
///
/// `HistoryFormat` knows the formats by name and by sight; each has a class that reads it.
///
/// Imports the histories, and no judge of them.
@NullMarked
package io.raftctl.linearizability.format;

import org.jspecify.annotations.NullMarked;
