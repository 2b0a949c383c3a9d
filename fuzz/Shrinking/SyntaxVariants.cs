using System.Collections;
using System.Reflection;
using Vectorized.Engine.Sql;

namespace Vectorized.Fuzz.Shrinking;

/// <summary>
/// Smaller trees made from one: a list loses items, an optional part goes, an expression becomes one of its operands or a
/// constant, a join one of its sides, a set operation one of its arms. Works on whatever nodes there are, so that new
/// syntax shrinks as well. Large cuts come first. Many variants mean nothing; who uses them tries them.
/// </summary>
internal static class SyntaxVariants
{
    private static readonly Dictionary<Type, PropertyInfo[]> _properties = [];

    private static readonly Expression[] _constants =
        [SqlParser.ParseExpression("NULL"), SqlParser.ParseExpression("true"), SqlParser.ParseExpression("1")];

    /// <summary>Variants of a node that may stand where <paramref name="slot"/> is wanted.</summary>
    internal static IEnumerable<SyntaxNode> Of(SyntaxNode node, Type slot)
    {
        foreach (var smaller in Replacements(node, slot))
        {
            yield return smaller;
        }

        foreach (var property in PropertiesOf(node.GetType()))
        {
            foreach (object? value in ValuesFor(property, property.GetValue(node)))
            {
                yield return With(node, property, value);
            }
        }
    }

    /// <summary>All nodes of a tree, the root first.</summary>
    internal static IEnumerable<SyntaxNode> Walk(SyntaxNode node)
    {
        yield return node;
        foreach (var child in PropertiesOf(node.GetType()).Select(p => p.GetValue(node)).SelectMany(Nodes))
        {
            foreach (var inner in Walk(child))
            {
                yield return inner;
            }
        }
    }

    private static IEnumerable<SyntaxNode> Nodes(object? value) => value switch
    {
        SyntaxNode node => [node],
        string => [],
        IEnumerable list => list.Cast<object?>().SelectMany(Nodes),
        _ => [],
    };

    private static IEnumerable<SyntaxNode> Replacements(SyntaxNode node, Type slot)
    {
        if (node is Expression and not (NullLiteral or BooleanLiteral or NumberLiteral) && slot.IsAssignableFrom(typeof(Expression)))
        {
            foreach (var constant in _constants)
            {
                yield return constant;
            }
        }

        foreach (var child in PropertiesOf(node.GetType()).Select(p => p.GetValue(node)).SelectMany(Nodes))
        {
            if (slot.IsInstanceOfType(child))
            {
                yield return child;
            }

            // A query nested in a body, an item in a clause: the grandchildren that fit.
            if (child is Query { With: null, OrderBy.Count: 0, Limit: null, Offset: null } query && slot.IsInstanceOfType(query.Body))
            {
                yield return query.Body;
            }

            foreach (var grandchild in PropertiesOf(child.GetType()).Select(p => p.GetValue(child)).SelectMany(Nodes))
            {
                if (slot.IsInstanceOfType(grandchild) && node is not Statement)
                {
                    yield return grandchild;
                }
            }
        }
    }

    private static IEnumerable<object?> ValuesFor(PropertyInfo property, object? value)
    {
        if (value is null or string)
        {
            yield break;
        }

        if (value is SyntaxNode node)
        {
            if (IsOptional(property))
            {
                yield return null;
            }

            foreach (var smaller in Of(node, property.PropertyType))
            {
                yield return smaller;
            }
        }
        else if (value is bool flag && flag && property.Name is "Distinct" or "Negated" or "Lateral" or "All" or "Natural")
        {
            yield return false;
        }
        else if (IsList(property.PropertyType))
        {
            foreach (object list in Lists(property.PropertyType, (IEnumerable)value))
            {
                yield return list;
            }
        }
    }

    private static IEnumerable<object> Lists(Type type, IEnumerable value)
    {
        var items = value.Cast<object>().ToList();
        var element = type.GetGenericArguments()[0];
        for (int size = items.Count / 2; size > 1; size /= 2)
        {
            for (int at = 0; at < items.Count; at += size)
            {
                yield return Make(type, [.. items.Take(at), .. items.Skip(at + size)]);
            }
        }

        for (int i = items.Count - 1; i >= 0; i--)
        {
            yield return Make(type, [.. items.Take(i), .. items.Skip(i + 1)]);
        }

        for (int i = 0; i < items.Count; i++)
        {
            IEnumerable<object> smaller = items[i] is SyntaxNode node ? Of(node, element)
                : IsList(element) ? Lists(element, (IEnumerable)items[i]) : [];
            foreach (object variant in smaller)
            {
                yield return Make(type, [.. items.Take(i), variant, .. items.Skip(i + 1)]);
            }
        }
    }

    private static object Make(Type type, List<object> items)
    {
        var array = Array.CreateInstance(type.GetGenericArguments()[0], items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        return Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.NonPublic, null, [array], null)!;
    }

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SyntaxList<>);

    private static bool IsOptional(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private static SyntaxNode With(SyntaxNode node, PropertyInfo property, object? value)
    {
        var clone = (SyntaxNode)node.GetType().GetMethod("<Clone>$")!.Invoke(node, null)!;
        property.SetValue(clone, value);
        return clone;
    }

    private static PropertyInfo[] PropertiesOf(Type type)
    {
        if (!_properties.TryGetValue(type, out var properties))
        {
            properties = [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(p => p is { CanWrite: true, CanRead: true } && p.Name is not ("Position" or "Parenthesized"))];
            _properties.Add(type, properties);
        }

        return properties;
    }
}
