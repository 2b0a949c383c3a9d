using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// The text that comments are cut from: sentences by the specification's grammar (clause 4.2.2.13), 10 MiB of it where
/// the original makes 300 MB, as other engines' generators do. Made once a process, in memory of the process's life, so
/// that a comment is a view without copying.
/// </summary>
internal sealed class TpchTextPool
{
    internal const int Bytes = 10 << 20;

    private const long Seed = 933588178;
    private const int SentenceBytesMax = 512;

    private static readonly Lazy<TpchTextPool> _instance = new(() => new TpchTextPool());

    // N: noun phrase, V: verb phrase, P: prepositional phrase, T: terminator.
    private static readonly TpchWords _sentences = new("NVT*3|NVPT*3|NVNT*3|NPVNT|NPVPT");

    // N: noun, J: adjective, D: adverb.
    private static readonly TpchWords _nounPhrases = new("N*10|JN*20|J,JN*10|DJN*50");

    // V: verb, X: auxiliary, D: adverb.
    private static readonly TpchWords _verbPhrases = new("V*30|XV|VD*40|XVD");

    private static readonly TpchWords _nouns = new(
        "packages*40|requests*40|accounts*40|deposits*40|foxes*20|ideas*20|theodolites*20|pinto beans*20|instructions*20|"
        + "dependencies*10|excuses*10|platelets*10|asymptotes*10|courts*5|dolphins*5|multipliers|sauternes|warthogs|frets|dinos|"
        + "attainments|somas|Tiresias|patterns|forges|braids|frays|warhorses|dugouts|notornis|epitaphs|pearls|tithes|waters|orbits|"
        + "gifts|sheaves|depths|sentiments|decoys|realms|pains|grouches|escapades|hockey players");

    private static readonly TpchWords _verbs = new(
        "sleep*20|wake*20|are*20|cajole*20|haggle*20|nag*10|use*10|boost*10|affix*5|detect*5|integrate*5|maintain|nod|was|lose|"
        + "sublate|solve|thrash|promise|engage|hinder|print|x-ray|breach|eat|grow|impress|mold|poach|serve|run|dazzle|snooze|doze|"
        + "unwind|kindle|play|hang|believe|doubt");

    private static readonly TpchWords _adverbs = new(
        "sometimes|always|never|furiously*50|slyly*50|carefully*50|blithely*40|quickly*30|fluffily*20|slowly|quietly|ruthlessly|"
        + "thinly|closely|doggedly|daringly|bravely|stealthily|permanently|enticingly|idly|busily|regularly|finally|ironically|"
        + "evenly|boldly|silently");

    private static readonly TpchWords _prepositions = new(
        "about*50|above*50|according to*50|across*50|after*50|against*40|along*40|alongside of*30|among*30|around*20|at*10|atop|"
        + "before|behind|beneath|beside|besides|between|beyond|by|despite|during|except|for|from|in place of|inside|instead of|into|"
        + "near|of|on|outside|over|past|since|through|throughout|to|toward|under|until|up|upon|whithout|with|within");

    private static readonly TpchWords _auxiliaries = new(
        "do|may|might|shall|will|would|can|could|should|ought to|must|will have to|shall have to|could have to|should have to|"
        + "must have to|need to|try to");

    private static readonly TpchWords _terminators = new(".*50|;|:|?|!|--");

    private static readonly TpchWords _adjectives = new(
        "special*20|pending*20|unusual*20|express*20|furious|sly|careful|blithe|quick|fluffy|slow|quiet|ruthless|thin|close|dogged|"
        + "daring|brave|stealthy|permanent|enticing|idle|busy|regular*50|final*40|ironic*40|even*30|bold*20|silent*10");

    private readonly StringView _text;
    private readonly int _block;
    private readonly int _offset;

    private TpchTextPool()
    {
        var text = new Arena().ReserveString(Bytes + SentenceBytesMax, out _block, out _offset);
        var random = new TpchRandom(Seed, 1, 0);
        int length = 0;
        while (length < Bytes)
        {
            length += Sentence(text[length..], ref random);
        }

        _text = StringView.Reference(text, _block, _offset);
    }

    internal static TpchTextPool Instance => _instance.Value;

    /// <summary>Draws a place and a length of [min, max].</summary>
    internal StringView Cut(ref TpchRandom random, int lengthMin, int lengthMax)
    {
        int at = random.Next(0, Bytes - lengthMax);
        int length = random.Next(lengthMin, lengthMax);
        var text = StringView.Bytes(in _text).Slice(at, length);
        return length <= StringView.InlineBytesMax
            ? StringView.Inline(text) : StringView.Reference(text, _block, _offset + at);
    }

    private static int Sentence(Span<byte> target, ref TpchRandom random)
    {
        int length = 0;
        foreach (byte part in _sentences.PickBytes(ref random))
        {
            switch (part)
            {
                case (byte)'N':
                    NounPhrase(target, ref length, ref random);
                    break;
                case (byte)'V':
                    VerbPhrase(target, ref length, ref random);
                    break;
                case (byte)'P':
                    Word(target, ref length, _prepositions, ref random);
                    "the "u8.CopyTo(target[length..]);
                    length += 4;
                    NounPhrase(target, ref length, ref random);
                    break;
                default:
                    length--;
                    Word(target, ref length, _terminators, ref random);
                    break;
            }
        }

        return length;
    }

    private static void NounPhrase(Span<byte> target, ref int length, ref TpchRandom random)
    {
        foreach (byte part in _nounPhrases.PickBytes(ref random))
        {
            if (part == (byte)',')
            {
                target[length - 1] = part;
                target[length++] = (byte)' ';
                continue;
            }

            Word(target, ref length, part == (byte)'N' ? _nouns : part == (byte)'J' ? _adjectives : _adverbs, ref random);
        }
    }

    private static void VerbPhrase(Span<byte> target, ref int length, ref TpchRandom random)
    {
        foreach (byte part in _verbPhrases.PickBytes(ref random))
        {
            Word(target, ref length, part == (byte)'V' ? _verbs : part == (byte)'X' ? _auxiliaries : _adverbs, ref random);
        }
    }

    /// <summary>A word and a space.</summary>
    private static void Word(Span<byte> target, ref int length, TpchWords words, ref TpchRandom random)
    {
        var word = words.PickBytes(ref random);
        word.CopyTo(target[length..]);
        length += word.Length;
        target[length++] = (byte)' ';
    }
}
