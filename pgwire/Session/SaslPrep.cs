using System.Text;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// The password preparation of RFC 4013, without its compatibility normalisation (the process runs with invariant
/// globalisation): printable ASCII as it is; other spaces become a space, invisible characters vanish. Passwords in
/// composed form, as keyboards give them, come out as RFC 4013 demands; a text with control characters stays as
/// it was, as in PostgreSQL.
/// </summary>
internal static class SaslPrep
{
    public static string Prepare(string password)
    {
        if (Ascii.IsValid(password))
        {
            return password;
        }

        var prepared = new StringBuilder(password.Length);
        foreach (char c in password)
        {
            if (char.IsControl(c))
            {
                return password;
            }

            if (IsNonAsciiSpace(c))
            {
                prepared.Append(' ');
            }
            else if (!MapsToNothing(c))
            {
                prepared.Append(c);
            }
        }

        return prepared.ToString();
    }

    /// <summary>RFC 3454 table C.1.2.</summary>
    private static bool IsNonAsciiSpace(char c) =>
        c is '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200B') or '\u202F' or '\u205F' or '\u3000';

    /// <summary>RFC 3454 table B.1.</summary>
    private static bool MapsToNothing(char c) =>
        c is '\u00AD' or '\u034F' or '\u1806' or (>= '\u180B' and <= '\u180D') or '\u200C' or '\u200D' or '\u2060'
            or (>= '\uFE00' and <= '\uFE0F') or '\uFEFF';
}
