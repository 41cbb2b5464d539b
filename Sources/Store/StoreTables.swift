import GRDB

/// The store's own tables and their history; a released step is never edited.
enum StoreTables {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 rollouts, events, claims") { database in
            try database.execute(
                sql: """
                    CREATE TABLE rollout (
                        id TEXT PRIMARY KEY NOT NULL,
                        fleet TEXT NOT NULL,
                        created_ms INTEGER NOT NULL,
                        operator TEXT NOT NULL,
                        plan TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE event (
                        rollout TEXT NOT NULL REFERENCES rollout (id),
                        sequence INTEGER NOT NULL,
                        at_ms INTEGER NOT NULL,
                        body TEXT NOT NULL,
                        PRIMARY KEY (rollout, sequence)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE claim (
                        rollout TEXT PRIMARY KEY NOT NULL REFERENCES rollout (id),
                        token INTEGER NOT NULL,
                        machine TEXT NOT NULL,
                        boot TEXT NOT NULL,
                        process INTEGER NOT NULL,
                        process_started TEXT NOT NULL,
                        is_released INTEGER NOT NULL,
                        heartbeat_ms INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("2 requests, passed versions, saved plans") { database in
            try database.execute(
                sql: """
                    CREATE TABLE request (
                        rollout TEXT NOT NULL REFERENCES rollout (id),
                        number INTEGER NOT NULL,
                        at_ms INTEGER NOT NULL,
                        body TEXT NOT NULL,
                        PRIMARY KEY (rollout, number)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE passed (
                        rollout TEXT NOT NULL REFERENCES rollout (id),
                        fleet TEXT NOT NULL,
                        environment TEXT NOT NULL,
                        version INTEGER NOT NULL,
                        checksum TEXT,
                        at_ms INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX passed_steps ON passed (fleet, environment, version);
                    CREATE TABLE saved_plan (
                        id TEXT PRIMARY KEY NOT NULL,
                        fleet TEXT NOT NULL,
                        created_ms INTEGER NOT NULL,
                        operator TEXT NOT NULL,
                        body TEXT NOT NULL
                    ) STRICT;
                    """)
            try FirstFormat.upgrade(database)
        }
        migrator.registerMigration("3 schemas, checks") { database in
            try database.execute(
                sql: """
                    CREATE TABLE expected_schema (
                        key TEXT PRIMARY KEY NOT NULL,
                        used_ms INTEGER NOT NULL,
                        body TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE seen_schema (
                        target TEXT NOT NULL,
                        scope TEXT NOT NULL,
                        body TEXT NOT NULL,
                        PRIMARY KEY (target, scope)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE check_run (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        fleet TEXT NOT NULL,
                        at_ms INTEGER NOT NULL,
                        body TEXT NOT NULL
                    ) STRICT;
                    CREATE TABLE check_finding (
                        run INTEGER NOT NULL REFERENCES check_run (id) ON DELETE CASCADE,
                        target TEXT NOT NULL,
                        key TEXT NOT NULL,
                        first_ms INTEGER NOT NULL,
                        PRIMARY KEY (run, target, key)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE accepted_drift (
                        id INTEGER PRIMARY KEY AUTOINCREMENT,
                        fleet TEXT NOT NULL,
                        body TEXT NOT NULL,
                        expires_ms INTEGER
                    ) STRICT;
                    """)
        }
        migrator.registerMigration("4 schedule runs") { database in
            try database.execute(
                sql: """
                    CREATE TABLE schedule_run (
                        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
                        fleet TEXT NOT NULL,
                        schedule TEXT NOT NULL,
                        job TEXT NOT NULL,
                        operator TEXT NOT NULL,
                        due_ms INTEGER,
                        started_ms INTEGER NOT NULL,
                        ended_ms INTEGER,
                        exit_code INTEGER,
                        summary TEXT,
                        machine TEXT NOT NULL,
                        boot TEXT NOT NULL,
                        process INTEGER NOT NULL,
                        process_started TEXT NOT NULL,
                        heartbeat_ms INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX schedule_runs ON schedule_run (fleet, schedule, id);
                    """)
        }
        return migrator
    }
}
