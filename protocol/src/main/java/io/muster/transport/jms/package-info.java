/** The bus over JMS; the only place where a request meets JMS. */
@org.jspecify.annotations.NullMarked
package io.muster.transport.jms;
