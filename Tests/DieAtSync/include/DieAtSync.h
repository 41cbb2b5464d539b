// Preloaded into pgfleet by tests (LD_PRELOAD), it ends the process with SIGKILL at one chosen commit of its store.
//
// A commit of SQLite in WAL mode with synchronous=FULL is: some frames written to the file whose name ends in "-wal",
// then one fdatasync of it, after which the commit is durable. So the commits of a process are the syncs of that file.
//
//   DIE_AT_SYNC=N      which of them, from 1
//   DIE_MOMENT=before  nothing of the commit has reached the file: what a power cut leaves before the sync
//   DIE_MOMENT=after   the commit is durable, and the process does not know it yet
#ifndef DIE_AT_SYNC_H
#define DIE_AT_SYNC_H
#endif
