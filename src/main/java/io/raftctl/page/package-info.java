/// Pages for a browser, out of what a run or a history was: a template of the page's own, filled
/// with data, with the head and the script that all pages share.
///
/// Imports nothing of the project.
@NullMarked
package io.raftctl.page;

import org.jspecify.annotations.NullMarked;
