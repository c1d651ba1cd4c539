using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Postgres.Tables;

internal static class WireTextColumn
{
    /// <summary>Stores an enum as its wire text.</summary>
    public static PropertyBuilder<TEnum> AsWireText<TEnum>(this PropertyBuilder<TEnum> property)
        where TEnum : struct, Enum
        => property.HasConversion(new ValueConverter<TEnum, string>(value => WireText<TEnum>.Of(value), text => WireText<TEnum>.Parse(text)));

    /// <inheritdoc cref="AsWireText{TEnum}(PropertyBuilder{TEnum})"/>
    public static PropertyBuilder<TEnum?> AsWireText<TEnum>(this PropertyBuilder<TEnum?> property)
        where TEnum : struct, Enum
        => property.HasConversion(new ValueConverter<TEnum, string>(value => WireText<TEnum>.Of(value), text => WireText<TEnum>.Parse(text)));
}
