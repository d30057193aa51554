"""Terms of forecasting and its checks: name | label | meaning, for the glossary."""

FORECAST_TERMS = """
preset | Recipe | All settings at once: the recipe that did best in our benchmarks, a single network, or the loop of
    most tutorials.
members | Networks | How many networks are trained and averaged. Each starts from other weights, and their average is
    more stable than any one of them.
origins | Back-test origins | How many past moments the whole recipe is tried from, each time with only what was known
    then. The held-out part is the most recent one.
validation | Validation share | Share of the rows before the held-out part that is not trained on, but decides which
    epoch is best and when to stop early. 0 trains on all of them, which is better for short series.
scope | Series to forecast | What to do with the other series of the file.
forecast_one | This one | Ignore the others.
forecast_each | Each separately | Train separate networks for every series, one series after the other.
forecast_global | All together | One global model learns from all series and forecasts each. A learned embedding tells
    the network which series it is reading. Short series gain most.
strategy | Strategy | Whether the network forecasts the whole horizon at once, or one step at a time.
forecast_direct | Direct | The network forecasts the whole horizon at once.
recursive | Recursive | The network forecasts one step, reads that forecast as its next input, and so on.
shrink | Shrink to the level | Pull the networks' forecast towards the level of the series, as far as a calibration
    run on older rows recommends.
fill | Missing values | What the network reads where a value is missing. A missing value is never used as a target.
mask | Mask | The network reads a zero and a second number that says whether a value was present.
interpolate | Straight line | The network reads a straight line between the values on either side of the gap.
carry | Last value before | The network reads the last known value again.
forecast_scale | Scale | Whether to take logarithms first, so that fluctuations that grow with the level become even.
auto | Automatic | Chosen from the data.
log | Logarithm | Take logarithms first.
linear | Unchanged | Use the values as they are.
season | Season | Whether the seasonal pattern is removed before the network reads the series, and added back to its
    forecast. Recent seasons count more. If the days of the week differ, the season of a day becomes that of a week.
always | Always remove | Remove the seasonal pattern whether or not it is significant.
none | None | Remove nothing.
level | Normalise each window by | What is subtracted from each window, so that one network works at every level of
    the series.
smoothed | Smoothed level | An exponentially weighted mean, with a smoothing factor fitted to the horizon.
last | Last | The most recent one.
loss | Loss | The error that training minimises.
mse | Squared error | Mean squared error: large errors count most.
huber | Huber | Squared for small errors, absolute for large ones, so that outliers count less.
keep | Weights kept | The epoch whose weights are used.
best | Best | The epoch with the lowest validation loss (training loss, if there is no validation set).
one_cycle | One cycle | The learning rate rises for 30% of the updates and then falls to almost zero.
auto_ets | AutoETS | Exponential smoothing with trend and season, in the form that fits the data best (Hyndman &
    Khandakar 2008): the classical method to beat.
train_loss | Training loss | Loss on the training windows, averaged over the epoch while the weights change.
validation_loss | Validation loss | The same loss after the epoch, on later windows that are not trained on.
remaining | Time left, at most | Time until the last planned epoch at the current pace. Back-test and forecast follow.
coverage | Coverage | Share of the actual values that fell inside the prediction intervals. A good 80% interval covers
    about 80%.
backtest | Back-test | The whole recipe tried from several past moments, each time with only what was known then.
features | Further columns | Other columns of the file that may help the forecast: a holiday, a price, the weather.
known | Known in advance | Columns whose future is known when the forecast is made, such as holidays or a planned
    price. Their effect is estimated and included in the forecast. Put their future values in rows at the end of the
    file, with the target left blank.
past | Past only | Columns whose future is unknown, such as the weather. The networks read them alongside the series,
    up to its last value.
effect | Effect of further columns | What the columns known in advance contribute, estimated from how their changes
    and those of the series go together. Effects below three standard errors could be chance and are left out.
shrinkage | Weight of the networks | How much the networks' forecast counts; the rest is the level alone.
interval | Prediction interval | The range in which the value will lie with the stated probability.
step_error | Error by step ahead | Average error of forecasts one step ahead, two steps ahead and so on, over all
    origins.
best_rival | Best other method | The method with the lowest mean absolute error among the simple methods and AutoETS.
autocorrelation | Autocorrelation | Correlation between errors that many steps apart: 1 means the same, 0 unrelated,
    −1 opposite.
residual | One-step error | Actual value minus the forecast made one step earlier.
importance | Importance | How much the forecast changes when one input value increases by 1, with the trained model
    unchanged: the exact gradient.
learning_curve | Learning curve | The error on the held-out part when the same recipe learns from the most recent
    eighth, quarter and half of the rows, and from all. If it is still falling at the end, more history would help.
    One held-out part is a small sample: small differences may be chance.
makeup | Components | The forecast as a sum (on a logarithmic scale, a product) of the level, the season, the effect
    of columns known in advance, and the contribution of the networks.
"""
