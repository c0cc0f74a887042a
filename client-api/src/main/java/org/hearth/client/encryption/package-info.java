/// [End-to-end encryption](https://spec.matrix.org/v1.19/client-server-api/#end-to-end-encryption)
/// and [send-to-device
/// messaging](https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging): parse,
/// one call, translate.
@NullMarked
package org.hearth.client.encryption;

import org.jspecify.annotations.NullMarked;
