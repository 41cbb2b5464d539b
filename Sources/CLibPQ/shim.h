#ifndef PGFLEET_CLIBPQ_SHIM_H
#define PGFLEET_CLIBPQ_SHIM_H

#include <libpq-fe.h>

/* To wait on libpq's sockets; Swift's Glibc module has neither. */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#endif
