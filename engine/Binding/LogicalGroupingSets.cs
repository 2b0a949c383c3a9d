namespace Vectorized.Engine.Binding;

/// <summary>A grouping column: its id below, and the id under which the result shows it (NULL in sets without it).</summary>
internal readonly record struct GroupedColumn(int Input, int Output);

/// <summary>
/// GROUP BY GROUPING SETS: the rows of one aggregation for each set over one shared input. A set names columns of
/// <see cref="Groups"/> by position; the columns it lacks are NULL in its rows. SetId is an int4 column with the set's
/// position, so (SetId, groups) is a key also where a set stands twice or a NULL is a value. The empty set has its one
/// row over no input, too. Output: the groups' output ids, the aggregates, SetId.
/// </summary>
internal sealed class LogicalGroupingSets : LogicalNode
{
    public LogicalGroupingSets(
        LogicalNode input, IReadOnlyList<GroupedColumn> groups, IReadOnlyList<IReadOnlyList<int>> sets,
        IReadOnlyList<LogicalAggregateItem> aggregates, int setId)
    {
        Input = input;
        Groups = groups;
        Sets = sets;
        Aggregates = aggregates;
        SetId = setId;
        Columns = [.. groups.Select(g => g.Output), .. aggregates.Select(a => a.Id), setId];
    }

    public LogicalNode Input { get; }

    public IReadOnlyList<GroupedColumn> Groups { get; }

    public IReadOnlyList<IReadOnlyList<int>> Sets { get; }

    public IReadOnlyList<LogicalAggregateItem> Aggregates { get; }

    public int SetId { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalGroupingSets(inputs[0], Groups, Sets, Aggregates, SetId);

    /// <summary>The same rows as a union of plain aggregations, one a set, over the same input object.</summary>
    public LogicalUnion ToUnion(ColumnPool pool)
    {
        var members = new List<LogicalNode>();
        var columns = new List<IReadOnlyList<int>>();
        for (int number = 0; number < Sets.Count; number++)
        {
            var member = Member(number, pool);
            members.Add(member);
            columns.Add(member.Columns);
        }

        return new LogicalUnion(members, columns, Columns);
    }

    private LogicalProject Member(int number, ColumnPool pool)
    {
        var set = Sets[number];
        var aggregates = Aggregates.Select(a => a with { Id = pool.Copy(a.Id) }).ToList();
        var grouped = new LogicalAggregate(Input, [.. set.Select(i => Groups[i].Input).Distinct()], aggregates);
        var items = new List<ProjectItem>();
        for (int i = 0; i < Groups.Count; i++)
        {
            ScalarExpression value = set.Contains(i)
                ? pool.Reference(Groups[i].Input) : ExpressionTree.Null(pool.TypeOf(Groups[i].Output));
            items.Add(new ProjectItem(pool.Copy(Groups[i].Output), value));
        }

        items.AddRange(aggregates.Select(a => new ProjectItem(a.Id, pool.Reference(a.Id))));
        var id = new ConstantExpression(Types.Datum.OfInt32(number), Types.SqlType.Int32);
        items.Add(new ProjectItem(pool.Copy(SetId), id));
        return new LogicalProject(grouped, items);
    }
}
