using System.Text.RegularExpressions;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// ~ ~* !~ !~* and the regexp functions. Patterns are compiled once and kept by the process; flags and replacement escapes
/// are PostgreSQL's.
/// </summary>
internal static class RegexFunctions
{
    private static readonly SqlType _texts = SqlType.ListOf(SqlType.Varchar);

    /// <summary>Writes a row's result, given its text; false: the result is NULL.</summary>
    private delegate bool RowAction(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch);

    internal static void Register(FunctionFamily family)
    {
        Test(family, "~", ""u8, negated: false);
        Test(family, "!~", ""u8, negated: true);
        Test(family, "~*", "i"u8, negated: false);
        Test(family, "!~*", "i"u8, negated: true);
        Add(family, "regexp_like", SqlType.Boolean, 2, flags: -1, Like);
        Add(family, "regexp_like", SqlType.Boolean, 3, flags: 2, Like);
        Add(family, "regexp_match", _texts, 2, flags: -1, Match);
        Add(family, "regexp_match", _texts, 3, flags: 2, Match);
        Add(family, SetFunctions.Matches, SqlType.ListOf(_texts), 2, flags: -1, Matches);
        Add(family, SetFunctions.Matches, SqlType.ListOf(_texts), 3, flags: 2, Matches);
        Add(family, "regexp_split_to_array", _texts, 2, flags: -1, Split);
        Add(family, "regexp_split_to_array", _texts, 3, flags: 2, Split);
        Add(family, "substring", SqlType.Varchar, 2, flags: -1, Substring);
        Add(family, "regexp_substr", SqlType.Varchar, 2, flags: -1, Substring);
        AddTyped(family, "regexp_extract", SqlType.Varchar, [SqlType.Int32], flags: -1, Extract);
        Add(family, "regexp_count", SqlType.Int32, 2, flags: -1, Count);
        AddTyped(family, "regexp_count", SqlType.Int32, [SqlType.Int32], flags: -1, Count);
        AddTyped(family, "regexp_count", SqlType.Int32, [SqlType.Int32, SqlType.Varchar], flags: 3, Count);
        Add(family, "regexp_replace", SqlType.Varchar, 3, flags: -1, Replace);
        Add(family, "regexp_replace", SqlType.Varchar, 4, flags: 3, Replace);
        AddTyped(family, "regexp_replace", SqlType.Varchar, [SqlType.Varchar, SqlType.Int32], flags: -1, Replace);
        AddTyped(family, "regexp_replace", SqlType.Varchar, [SqlType.Varchar, SqlType.Int32, SqlType.Int32], flags: -1, Replace);
        AddTyped(
            family, "regexp_replace", SqlType.Varchar, [SqlType.Varchar, SqlType.Int32, SqlType.Int32, SqlType.Varchar], flags: 5, Replace);
        family.Add("similar_to_escape", [SqlType.Varchar], SqlType.Varchar, SimilarEscape);
        family.Add("similar_to_escape", [SqlType.Varchar, SqlType.Varchar], SqlType.Varchar, SimilarEscape);
    }

    private static void Add(FunctionFamily family, string name, SqlType result, int texts, int flags, RowAction action) =>
        AddTyped(family, name, result, [.. Enumerable.Repeat(SqlType.Varchar, texts - 2)], flags, action);

    /// <summary>A function of (text, pattern, more...).</summary>
    private static void AddTyped(
        FunctionFamily family, string name, SqlType result, SqlType[] more, int flags, RowAction action) => family.Add(
            name, [SqlType.Varchar, SqlType.Varchar, .. more], result,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => Run(c, a, n, flags, action, ref r),
            nullFree: result.Id is TypeId.Boolean or TypeId.Int32
                || name is "regexp_replace" or "regexp_split_to_array" or SetFunctions.Matches,
            isCostly: true);

    private static void Test(FunctionFamily family, string name, ReadOnlySpan<byte> flags, bool negated)
    {
        byte[] fixedFlags = flags.ToArray();
        family.Add(
            name, [SqlType.Varchar, SqlType.Varchar], SqlType.Boolean,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                var patterns = new TextColumn(a[1]);
                var texts = new TextColumn(a[0]);
                var text = new RegexText(256);
                RegexPattern? pattern = null;
                ReadOnlySpan<byte> last = default;
                try
                {
                    foreach (int row in c.Active.Rows(n))
                    {
                        if (pattern is null || !patterns[row].SequenceEqual(last))
                        {
                            last = patterns[row];
                            pattern = RegexPattern.Get(last, fixedFlags);
                        }

                        text.Set(texts[row]);
                        Bitmap.Put(r.Bits, row, pattern.Regex.IsMatch(text.Chars) != negated);
                    }
                }
                catch (RegexMatchTimeoutException e)
                {
                    throw RegexText.TimedOut(e);
                }
                finally
                {
                    text.Dispose();
                }
            },
            isCostly: true);
    }

    private static void Run(
        EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, int flags, RowAction action, ref Vector result)
    {
        var patterns = new TextColumn(arguments[1]);
        var flagTexts = flags < 0 ? default : new TextColumn(arguments[flags]);
        var texts = new TextColumn(arguments[0]);
        var text = new RegexText(256);
        var scratch = new TextSink(256);
        RegexPattern? pattern = null;
        ReadOnlySpan<byte> lastPattern = default;
        ReadOnlySpan<byte> lastFlags = default;
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                var rowFlags = flags < 0 ? default : flagTexts[row];
                if (pattern is null || !patterns[row].SequenceEqual(lastPattern) || !rowFlags.SequenceEqual(lastFlags))
                {
                    lastPattern = patterns[row];
                    lastFlags = rowFlags;
                    pattern = RegexPattern.Get(lastPattern, lastFlags);
                }

                text.Set(texts[row]);
                if (!action(context, pattern, text, arguments, row, ref result, ref scratch))
                {
                    Bitmap.Clear(result.Validity, row);
                }
            }
        }
        catch (RegexMatchTimeoutException e)
        {
            throw RegexText.TimedOut(e);
        }
        finally
        {
            text.Dispose();
            scratch.Dispose();
        }
    }

    private static bool Like(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        RefuseGlobal(pattern, "regexp_like");
        Bitmap.Put(result.Bits, row, pattern.Regex.IsMatch(text.Chars));
        return true;
    }

    /// <summary>All matches, each as the list of its groups, or of the match itself when the pattern has none.</summary>
    private static bool Matches(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        var matches = PackedBuilder.Rent();
        var groups = PackedBuilder.Rent();
        foreach (Match match in pattern.Regex.Matches(text.Chars.ToString()))
        {
            for (int i = pattern.GroupCount == 0 ? 0 : 1; i < match.Groups.Count; i++)
            {
                var group = match.Groups[i];
                if (group.Success)
                {
                    groups.AppendBytes(text.Bytes(group.Index, group.Length, ref scratch));
                }
                else
                {
                    groups.AppendNull(SqlType.Varchar);
                }
            }

            scratch.Clear();
            groups.WriteList(ref scratch);
            matches.AppendBytes(scratch.Written);
        }

        scratch.Clear();
        matches.WriteList(ref scratch);
        result.Views[row] = context.Arena.AddString(scratch.Written);
        PackedBuilder.Return(groups);
        PackedBuilder.Return(matches);
        return true;
    }

    /// <summary>The groups of the first match, or the match itself when the pattern has none; NULL without a match.</summary>
    private static bool Match(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        RefuseGlobal(pattern, "regexp_match");
        var builder = PackedBuilder.Rent();
        try
        {
            if (pattern.GroupCount == 0)
            {
                if (!First(pattern.Regex, text.Chars, out int index, out int length))
                {
                    return false;
                }

                builder.AppendBytes(text.Bytes(index, length, ref scratch));
            }
            else
            {
                // Groups need a string; most rows of most filters do not match and make none.
                if (!pattern.Regex.IsMatch(text.Chars))
                {
                    return false;
                }

                var match = pattern.Regex.Match(text.Chars.ToString());
                for (int i = 1; i < match.Groups.Count; i++)
                {
                    var group = match.Groups[i];
                    if (group.Success)
                    {
                        builder.AppendBytes(text.Bytes(group.Index, group.Length, ref scratch));
                    }
                    else
                    {
                        builder.AppendNull(SqlType.Varchar);
                    }
                }
            }

            scratch.Clear();
            builder.WriteList(ref scratch);
            result.Views[row] = context.Arena.AddString(scratch.Written);
            return true;
        }
        finally
        {
            PackedBuilder.Return(builder);
        }
    }

    private static bool Split(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        RefuseGlobal(pattern, "regexp_split_to_array");
        var builder = PackedBuilder.Rent();
        int at = 0;
        foreach (var match in pattern.Regex.EnumerateMatches(text.Chars))
        {
            // Empty matches at the ends and right after a match split nothing.
            if (match.Length == 0 && (match.Index == at || match.Index == text.Chars.Length))
            {
                continue;
            }

            builder.AppendBytes(text.Bytes(at, match.Index - at, ref scratch));
            at = match.Index + match.Length;
        }

        builder.AppendBytes(text.Bytes(at, text.Chars.Length - at, ref scratch));
        scratch.Clear();
        builder.WriteList(ref scratch);
        result.Views[row] = context.Arena.AddString(scratch.Written);
        PackedBuilder.Return(builder);
        return true;
    }

    /// <summary>substring(text from pattern): the first group if there is one, else the match.</summary>
    private static bool Substring(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch) =>
        Part(context, pattern, text, arguments, row, pattern.GroupCount > 0 ? 1 : 0, ref result, ref scratch);

    /// <summary>regexp_extract(text, pattern, group): a group's text, 0 being the match.</summary>
    private static bool Extract(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        int group = arguments[2].Value<int>(row);
        return group >= 0 && group <= pattern.GroupCount
            ? Part(context, pattern, text, arguments, row, group, ref result, ref scratch)
            : throw new SqlException(SqlState.InvalidParameterValue, $"the pattern has no group {group}");
    }

    private static bool Part(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row, int group,
        ref Vector result, ref TextSink scratch)
    {
        if (!First(pattern.Regex, text.Chars, out int index, out int length))
        {
            return false;
        }

        if (group > 0)
        {
            var found = pattern.Regex.Match(text.Chars.ToString()).Groups[group];
            if (!found.Success)
            {
                return false;
            }

            (index, length) = (found.Index, found.Length);
        }

        result.Views[row] = text.View(new TextColumn(arguments[0]), row, index, length, context.Arena, ref scratch);
        return true;
    }

    private static bool Count(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        RefuseGlobal(pattern, "regexp_count");
        int start = arguments.Length > 2 ? StartOf(arguments[2].Value<int>(row), "start") : 0;
        result.Values<int>()[row] = start > text.Chars.Length ? 0 : pattern.Regex.Count(text.Chars, CharIndex(text.Chars, start));
        return true;
    }

    /// <summary>(text, pattern, replacement [, start [, N]] [, flags]); N 0 or the flag g: all.</summary>
    private static bool Replace(
        EvaluationContext context, RegexPattern pattern, scoped in RegexText text, ReadOnlySpan<Vector> arguments, int row,
        ref Vector result, ref TextSink scratch)
    {
        bool hasStart = arguments.Length > 3 && arguments[3].Type.Id == TypeId.Int32;
        bool hasNth = arguments.Length > 4 && arguments[4].Type.Id == TypeId.Int32;
        int start = hasStart ? StartOf(arguments[3].Value<int>(row), "start") : 0;
        int nth = hasNth ? arguments[4].Value<int>(row) : pattern.IsGlobal ? 0 : 1;
        if (nth < 0)
        {
            throw new SqlException(SqlState.InvalidParameterValue, $"invalid value for parameter \"n\": {nth}");
        }

        var replacement = arguments[2].Bytes(row);
        var chars = text.Chars;
        start = CharIndex(chars, start);
        scratch.Clear();
        int at = 0;
        int number = 0;
        bool groups = replacement.Contains((byte)'\\');
        string? whole = null;
        foreach (var match in pattern.Regex.EnumerateMatches(chars, start))
        {
            if (nth != 0 && ++number != nth)
            {
                continue;
            }

            text.Append(at, match.Index - at, ref scratch);
            if (groups)
            {
                whole ??= chars.ToString();
                RegexReplacement.Append(replacement, pattern.Regex.Match(whole, match.Index), text, ref scratch);
            }
            else
            {
                scratch.Write(replacement);
            }

            at = match.Index + match.Length;
            if (nth != 0)
            {
                break;
            }
        }

        text.Append(at, chars.Length - at, ref scratch);
        result.Views[row] = context.Arena.AddString(scratch.Written);
        return true;
    }

    private static bool First(Regex regex, ReadOnlySpan<char> text, out int index, out int length)
    {
        foreach (var match in regex.EnumerateMatches(text))
        {
            index = match.Index;
            length = match.Length;
            return true;
        }

        index = length = 0;
        return false;
    }

    private static int StartOf(int start, string name) => start >= 1 ? start - 1
        : throw new SqlException(SqlState.InvalidParameterValue, $"invalid value for parameter \"{name}\": {start}");

    /// <summary>The UTF-16 index of a character, surrogate pairs counting once.</summary>
    private static int CharIndex(ReadOnlySpan<char> text, int character)
    {
        int at = 0;
        for (; character > 0 && at < text.Length; character--)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        }

        return at;
    }

    private static void RefuseGlobal(RegexPattern pattern, string function)
    {
        if (pattern.IsGlobal)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"{function}() does not support the \"global\" option",
                hint: function == "regexp_match" ? "Use the regexp_matches function instead." : null);
        }
    }

    private static void SimilarEscape(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var patterns = new TextColumn(arguments[0]);
        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                sink.Clear();
                SimilarPattern.Append(patterns[row], arguments.Length > 1 ? arguments[1].Bytes(row) : "\\"u8, ref sink);
                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }
}
