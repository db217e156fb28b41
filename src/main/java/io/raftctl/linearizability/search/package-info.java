/// The search for an order that explains what was seen of one object.
///
/// `Search` goes on and comes back; `Order` is where it is, `Timeline` what happened when, and
/// `ConfigurationSet` where it has been.
///
/// Imports operations and models, and knows no object and no format.
@NullMarked
package io.raftctl.linearizability.search;

import org.jspecify.annotations.NullMarked;
