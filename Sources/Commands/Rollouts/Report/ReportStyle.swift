/// How a report looks: in light and in dark as the reader's system says, and on paper.
enum ReportStyle {
    static let html = HTML.style(
        """
        :root { color-scheme: light dark; --text: #1c2128; --quiet: #59636e; --line: #d1d9e0; --paper: #ffffff;
          --panel: #f6f8fa; --good: #1a7f37; --bad: #cf222e; --warning: #9a6700; --active: #0969da; --strong: #1c2128; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --quiet: #9198a1; --line: #3d444d;
          --paper: #0d1117; --panel: #151b23; --good: #3fb950; --bad: #f85149; --warning: #d29922; --active: #4493f8;
          --strong: #e6edf3; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--text);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }
        p { margin: .25rem 0; } ul { margin: .25rem 0; padding-left: 1.25rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: .75rem 0; }
        dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
        .outcome { margin: .5rem 0; }
        .badge { display: inline-block; padding: 0 .55em; border: 1px solid currentColor; border-radius: 1em;
          font-size: .85em; line-height: 1.5; font-weight: 600; white-space: nowrap; }
        .good { color: var(--good); } .bad { color: var(--bad); } .warning { color: var(--warning); }
        .active { color: var(--active); } .quiet { color: var(--quiet); }
        .bar { display: flex; height: .6rem; border-radius: .3rem; overflow: hidden; margin: .75rem 0;
          background: var(--panel); }
        .bar span { min-width: 3px; background: currentColor; } .bar .quiet { color: var(--line); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-variant-numeric: tabular-nums; }
        th { text-align: left; color: var(--quiet); font-weight: 600; font-size: .85rem; white-space: nowrap; }
        th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td { overflow-wrap: anywhere; } td:first-child { white-space: normal; }
        .targets td:first-child { width: 46%; } .targets td { width: 13.5%; }
        .timeline td:nth-child(-n+2) { white-space: nowrap; color: var(--quiet); width: 1%; }
        code, pre { font: .85em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        code.sum { word-break: break-all; color: var(--quiet); }
        pre { margin: .3rem 0; padding: .5rem .75rem; background: var(--panel); border-radius: .3rem;
          white-space: pre-wrap; overflow-wrap: anywhere; }
        .failure { margin: .4rem 0; padding: .6rem .9rem; border-left: 3px solid var(--bad); background: var(--panel); }
        .failure .message { font-weight: 600; }
        details { margin: .4rem 0; } summary { cursor: pointer; color: var(--active); }
        footer { margin-top: 3rem; color: var(--quiet); font-size: .85rem; }
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
        @media print { :root { --text: #000; --quiet: #444; --line: #bbb; --paper: #fff; --panel: #f4f4f4;
          --good: #0f5c26; --bad: #a40e26; --warning: #6b4700; --active: #0b4fa8; --strong: #000; }
          main { max-width: none; padding: 0; } body { font-size: 11px; }
          h2, h3 { break-after: avoid; } tr, .failure { break-inside: avoid; } thead { display: table-header-group; }
          .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }

        """)
}
