/// Device keys, one-time keys and fallback keys: [upload][KeyUploads], [claim][KeyClaims] and
/// [counts][KeyCounts]; the log of changed device lists; and what is asked of other servers
/// ([RemoteKeys]).
@NullMarked
package org.hearth.e2ee.keys;

import org.jspecify.annotations.NullMarked;
