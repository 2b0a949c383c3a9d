namespace Vectorized.Engine.Types;

/// <summary>Resolves what users write for a time zone: IANA names in any case, usual abbreviations, POSIX offsets.</summary>
internal static class ZoneNames
{
    /// <summary>PostgreSQL's default abbreviations that a zone name does not already cover; hours east, in minutes.</summary>
    private static readonly Dictionary<string, int> _abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UTC"] = 0,
        ["GMT"] = 0,
        ["Z"] = 0,
        ["ZULU"] = 0,
        ["UT"] = 0,
        ["UCT"] = 0,
        ["WET"] = 0,
        ["WEST"] = 60,
        ["WETDST"] = 60,
        ["BST"] = 60,
        ["CET"] = 60,
        ["CEST"] = 120,
        ["CETDST"] = 120,
        ["MET"] = 60,
        ["MEST"] = 120,
        ["EET"] = 120,
        ["EEST"] = 180,
        ["EETDST"] = 180,
        ["IST"] = 120,
        ["IDT"] = 180,
        ["SAST"] = 120,
        ["EAT"] = 180,
        ["MSK"] = 180,
        ["MSD"] = 240,
        ["GST"] = 240,
        ["PKT"] = 300,
        ["NPT"] = 345,
        ["ICT"] = 420,
        ["WIB"] = 420,
        ["WITA"] = 480,
        ["WIT"] = 540,
        ["SGT"] = 480,
        ["HKT"] = 480,
        ["PHT"] = 480,
        ["AWST"] = 480,
        ["JST"] = 540,
        ["KST"] = 540,
        ["ACST"] = 570,
        ["ACDT"] = 630,
        ["AEST"] = 600,
        ["AEDT"] = 660,
        ["NZST"] = 720,
        ["NZDT"] = 780,
        ["NST"] = -210,
        ["NDT"] = -150,
        ["AST"] = -240,
        ["ADT"] = -180,
        ["EST"] = -300,
        ["EDT"] = -240,
        ["CST"] = -360,
        ["CDT"] = -300,
        ["MST"] = -420,
        ["MDT"] = -360,
        ["PST"] = -480,
        ["PDT"] = -420,
        ["AKST"] = -540,
        ["AKDT"] = -480,
        ["HST"] = -600,
        ["SST"] = -660,
        ["BRT"] = -180,
        ["BRST"] = -120,
        ["ART"] = -180,
        ["CLT"] = -240,
        ["CLST"] = -180,
        ["COT"] = -300,
        ["PET"] = -300,
    };

    /// <summary>Parts of IANA names whose spelling is not first letter upper, rest lower.</summary>
    private static readonly Dictionary<string, string> _parts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["of"] = "of",
        ["es"] = "es",
        ["au"] = "au",
        ["US"] = "US",
        ["GB"] = "GB",
        ["NZ"] = "NZ",
        ["CHAT"] = "CHAT",
        ["PRC"] = "PRC",
        ["ROC"] = "ROC",
        ["ROK"] = "ROK",
        ["UCT"] = "UCT",
        ["UTC"] = "UTC",
        ["GMT"] = "GMT",
        ["ACT"] = "ACT",
        ["NSW"] = "NSW",
        ["LHI"] = "LHI",
        ["IN"] = "IN",
        ["McMurdo"] = "McMurdo",
        ["DumontDUrville"] = "DumontDUrville",
        ["EasterIsland"] = "EasterIsland",
        ["BajaNorte"] = "BajaNorte",
        ["BajaSur"] = "BajaSur",
        ["ComodRivadavia"] = "ComodRivadavia",
        ["DeNoronha"] = "DeNoronha",
        ["EST5EDT"] = "EST5EDT",
        ["CST6CDT"] = "CST6CDT",
        ["MST7MDT"] = "MST7MDT",
        ["PST8PDT"] = "PST8PDT",
        ["MET"] = "MET",
        ["CET"] = "CET",
        ["EET"] = "EET",
        ["WET"] = "WET",
        ["EST"] = "EST",
        ["MST"] = "MST",
        ["HST"] = "HST",
        ["W-SU"] = "W-SU",
    };

    internal static ZoneRules? Resolve(string name)
    {
        name = name.Trim();
        if (name.Equals("UTC", StringComparison.OrdinalIgnoreCase))
        {
            return ZoneRules.Utc;
        }

        if (_abbreviations.TryGetValue(name, out int minutes))
        {
            return ZoneRules.OfOffset(minutes * 60, name.ToUpperInvariant());
        }

        if (name.Length == 0 || !IsPlausible(name))
        {
            return null;
        }

        return OfSystem(name) ?? OfSystem(Respell(name)) ?? OfPosix(name);
    }

    /// <summary>The offset of an abbreviation, for date input; seconds east.</summary>
    internal static bool TryAbbreviation(ReadOnlySpan<char> word, out int seconds)
    {
        bool found = _abbreviations.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out int minutes);
        seconds = minutes * 60;
        return found;
    }

    private static ZoneRules? OfSystem(string name)
    {
        if (!char.IsAsciiLetter(name[0]) || !TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return null;
        }

        return ZoneRules.Over(name, zone);
    }

    /// <summary>No path tricks: letters, digits and the few marks IANA names and POSIX offsets use.</summary>
    private static bool IsPlausible(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('/' or '_' or '-' or '+' or ':' or '<' or '>'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Respell(string name)
    {
        var spelled = new System.Text.StringBuilder(name.Length);
        int start = 0;
        for (int i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] is not ('/' or '_' or '-'))
            {
                continue;
            }

            string part = name[start..i];
            spelled.Append(_parts.TryGetValue(part, out string? known) ? known
                : part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant());
            if (i < name.Length)
            {
                spelled.Append(name[i]);
            }

            start = i + 1;
        }

        return spelled.ToString();
    }

    /// <summary>[name]+hh[:mm[:ss]]: POSIX counts west of Greenwich as positive.</summary>
    private static ZoneRules? OfPosix(string name)
    {
        int at = 0;
        if (name[0] == '<')
        {
            at = name.IndexOf('>') + 1;
            if (at == 0)
            {
                return null;
            }
        }
        else
        {
            while (at < name.Length && char.IsAsciiLetter(name[at]))
            {
                at++;
            }

            if (at is > 0 and < 3)
            {
                return null;
            }
        }

        int sign = 1;
        if (at < name.Length && name[at] is '+' or '-')
        {
            sign = name[at] == '-' ? -1 : 1;
            at++;
        }

        int seconds = 0;
        int unit = 3600;
        foreach (string part in name[at..].Split(':'))
        {
            if (unit == 0 || part.Length is 0 or > 2 || !int.TryParse(part, System.Globalization.NumberStyles.None, null, out int value)
                || value > (unit == 3600 ? 24 : 59))
            {
                return null;
            }

            seconds += value * unit;
            unit /= 60;
        }

        return ZoneRules.OfOffset(-sign * seconds, name);
    }
}
