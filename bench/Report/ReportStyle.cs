namespace Vectorized.Bench.Report;

/// <summary>The page's style sheet: a light and a dark palette, drawings coloured by class, nothing fetched.</summary>
internal static class ReportStyle
{
    internal const string Sheet = """
        :root {
          color-scheme: light dark;
          --ink: #1c2430; --soft: #5d6878; --rule: #e3e7ed; --paper: #fdfdfc;
          --ours: #1f5fbf; --floor: #b4560b; --duckdb: #0c7a63; --published: #8a94a3; --s3: #8a3fb0; --s4: #b3263a; --s5: #4d6b00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ink: #e4e8ee; --soft: #9aa5b4; --rule: #2b333e; --paper: #14181e;
            --ours: #6ea8ff; --floor: #f0a050; --duckdb: #45c4a5; --published: #8e99a8; --s3: #cf8df0; --s4: #ff7c8c; --s5: #b4d455;
          }
        }
        body {
          font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          max-width: 980px; margin: 2.5rem auto; padding: 0 1.25rem;
        }
        h1 { font-size: 1.7rem; margin-bottom: 0.2rem; }
        h2 { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: 1.2rem; }
        h3 { margin: 1.8rem 0 0.4rem; }
        p { max-width: 74ch; }
        code { font-size: 0.88em; }
        nav a { margin-right: 1.1em; }
        a { color: var(--ours); }
        .missing { border-left: 3px solid var(--s4); padding-left: 0.8em; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 0.82rem; font-variant-numeric: tabular-nums; margin: 0.8rem 0; }
        th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
        th, td { text-align: right; padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--rule); }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        svg { display: block; max-width: 100%; height: auto; margin: 0.6rem 0; }
        svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
        svg .tick { fill: var(--soft); font-size: 11px; }
        .grid { stroke: var(--rule); }
        .row { stroke: var(--rule); stroke-dasharray: 1 5; }
        .reference { stroke: var(--soft); stroke-dasharray: 5 4; }
        .line { fill: none; stroke: currentColor; stroke-width: 1.6; }
        .mark, svg text.label[class*=" s"] { fill: currentColor; }
        .ours, .s0 { color: var(--ours); }
        .floor, .s1 { color: var(--floor); }
        .duckdb, .s2 { color: var(--duckdb); }
        .published { color: var(--published); }
        .s3 { color: var(--s3); }
        .s4 { color: var(--s4); }
        .s5 { color: var(--s5); }
        """;
}
