/// [Cross-signing](https://spec.matrix.org/v1.19/client-server-api/#cross-signing): keys of users
/// ([CrossSigningUploads]) and the signatures they and devices make ([SignatureUploads]).
@NullMarked
package org.hearth.e2ee.crosssigning;

import org.jspecify.annotations.NullMarked;
