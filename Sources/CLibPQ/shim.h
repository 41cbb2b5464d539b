#ifndef PGFLEET_CLIBPQ_SHIM_H
#define PGFLEET_CLIBPQ_SHIM_H

#include <libpq-fe.h>

/* To wait on libpq's sockets; Swift's Glibc module has neither. */
#include <sys/epoll.h>
#include <sys/eventfd.h>

/* For mallopt, which Swift's Glibc module does not have either. */
#include <malloc.h>

#endif
