/// End-to-end encryption as rows: [org.hearth.storage.e2ee.E2eeTopics] writes, the `Stored…`
/// classes read. To-device messages, EDUs, device keys and backed up session keys are sealed; other
/// public keys and signatures are in clear.
@NullMarked
package org.hearth.storage.e2ee;

import org.jspecify.annotations.NullMarked;
