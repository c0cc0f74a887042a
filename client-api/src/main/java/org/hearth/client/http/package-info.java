/// How a request becomes one call: routes, limits, authentication, bodies and answers.
///
/// Start reading at [Routes] (what an endpoint declares), then [ClientFace] (what happens to a
/// request). Event loops only move bytes and check limits; a handler runs on one virtual thread of
/// [RequestThreads], in plain blocking style.
@NullMarked
package org.hearth.client.http;

import org.jspecify.annotations.NullMarked;
