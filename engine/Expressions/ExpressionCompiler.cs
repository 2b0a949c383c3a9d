using Vectorized.Engine.Binding;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// Turns the expressions of one unit (a projection, a predicate) into steps: folds immutable constants, prepares kernels
/// for their constant arguments, and makes one shared step of what occurs more than once. Used once.
/// </summary>
internal sealed class ExpressionCompiler(EvaluationRun run)
{
    private bool _fold = true;
    private readonly Dictionary<ScalarExpression, int> _uses = new(ExpressionComparer.Instance);
    private readonly Dictionary<ScalarExpression, EvaluationStep> _shared = new(ExpressionComparer.Instance);

    /// <summary>Compiles expressions together. Rows are evaluated in the order of the list.</summary>
    internal static EvaluationStep[] Compile(IReadOnlyList<ScalarExpression> expressions, EvaluationRun run)
    {
        var compiler = new ExpressionCompiler(run);
        foreach (var expression in expressions)
        {
            compiler.Count(expression);
        }

        return compiler.CompileAll(expressions);
    }

    /// <summary>Compiles an expression that is to be evaluated once, as it stands.</summary>
    internal static EvaluationStep CompileUnfolded(ScalarExpression expression, EvaluationRun run) =>
        new ExpressionCompiler(run) { _fold = false }.Compile(expression);

    private void Count(ScalarExpression expression)
    {
        ref int uses = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_uses, expression, out _);
        if (++uses > 1)
        {
            return;
        }

        foreach (var child in ExpressionComparer.Children(expression))
        {
            Count(child);
        }
    }

    private EvaluationStep[] CompileAll(IReadOnlyList<ScalarExpression> expressions)
    {
        var steps = new EvaluationStep[expressions.Count];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = Compile(expressions[i]);
        }

        return steps;
    }

    private EvaluationStep Compile(ScalarExpression expression)
    {
        if (expression is ColumnExpression or ConstantExpression or ParameterExpression or ContextExpression)
        {
            return Create(expression);
        }

        if (_fold && ConstantFolder.TryFold(expression, out var value))
        {
            return new ConstantStep(value, expression.Type);
        }

        if (_uses.GetValueOrDefault(expression) < 2 || IsVolatile(expression))
        {
            return Create(expression);
        }

        if (!_shared.TryGetValue(expression, out var step))
        {
            step = new SharedStep(Create(expression), run);
            _shared.Add(expression, step);
        }

        return step;
    }

    private EvaluationStep Create(ScalarExpression expression)
    {
        switch (expression)
        {
            case ColumnExpression e:
                return new ColumnStep(e.Index, e.Type);
            case ConstantExpression e:
                return new ConstantStep(e.Value, e.Type);
            case ParameterExpression e:
                return new ParameterStep(e.Number, e.Type);
            case ContextExpression e:
                return new ContextStep(e.Value, e.Type);
            case CallExpression e:
                return CreateCall(e);
            case CastExpression e:
                return Casts.CreateStep(Compile(e.Argument), e.Type);
            case LogicalExpression e:
                return new LogicalStep(e.IsAnd, CompileAll(e.Terms));
            case NullTestExpression e:
                return new NullTestStep(Compile(e.Argument), e.Negated);
            case CaseExpression e:
                return new CaseStep(
                    CompileAll([.. e.Branches.Select(b => b.Condition)]), CompileAll([.. e.Branches.Select(b => b.Result)]),
                    Compile(e.Otherwise), e.Type);
            case CoalesceExpression e:
                return new CoalesceStep(CompileAll(e.Arguments), e.Type);
            case LambdaExpression e:
                return new LambdaStep(e, Compile(e.Argument));
            case InListExpression e:
                return new InListStep(Compile(e.Argument), e.Values, e.Negated);
            default:
                throw new SqlException(SqlState.InternalError, $"expression {expression.GetType().Name} has no evaluation");
        }
    }

    private CallStep CreateCall(CallExpression call)
    {
        var function = call.Function;
        var arguments = CompileAll(function.TakesIntegersAsNumeric ? [.. call.Arguments.Select(WithoutExactCast)] : call.Arguments);
        var kernel = function.Kernel;
        if (function.Specialize is not null)
        {
            kernel = function.Specialize(
                [.. arguments.Select(a => a.Type)],
                [.. arguments.Select(a => a is ConstantStep constant ? constant.Value : (Datum?)null)]) ?? kernel;
        }

        int text = ResultMemo.ArgumentOf(function, arguments, call.Type);
        if (text >= 0)
        {
            kernel = new ResultMemo(kernel, text, function.NullFree).Call;
        }

        var traits = new CallTraits(
            function.Strict, function.NullFree, function.CanFail, function.Volatility == Volatility.Volatile);
        return new CallStep(kernel, traits, arguments, call.Type);
    }

    /// <summary>The integer below a cast to a numeric that holds all its values.</summary>
    private static ScalarExpression WithoutExactCast(ScalarExpression argument) =>
        argument is CastExpression { Argument: { Type.IsInteger: true } integer, Type: { Id: TypeId.Numeric, Scale: 0 } type }
            && type.Precision >= NumericBounds.Of(integer.Type).Precision ? integer : argument;

    private static bool IsVolatile(ScalarExpression expression) =>
        expression is CallExpression { Function.Volatility: Volatility.Volatile }
        || ExpressionComparer.Children(expression).Any(IsVolatile);
}
