/// [Send-to-device
/// messaging](https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging):
/// [sending][ToDevice], each device's [inbox][ToDeviceInbox], what comes from [other
/// servers][InboundToDevice] and the durable [queue towards them][OutgoingEdus].
@NullMarked
package org.hearth.e2ee.todevice;

import org.jspecify.annotations.NullMarked;
